//! `name=value` with semicolons between, as in DKIM-Signature (RFC 6376 §3.2).

use super::lexical::Line;
use crate::anatomy::Field;
use crate::anatomy::mail::is_space;

/// Reads to the end of the line. There are no comments and no quotes here.
pub(super) fn take(line: &mut Line<'_, '_>, in_value: &mut bool) {
    while let Some(byte) = line.peek() {
        match byte {
            _ if is_space(byte) => {
                line.take_while(Field::Space, is_space);
            }
            b';' => {
                line.take(Field::HeaderSeparator, 1);
                *in_value = false;
            }
            b'=' if !*in_value => {
                line.take(Field::HeaderSeparator, 1);
                *in_value = true;
            }
            _ if *in_value => {
                line.take_while(Field::TagValue, |byte| !is_space(byte) && byte != b';');
            }
            _ => {
                line.take_while(Field::TagName, |byte| {
                    !is_space(byte) && !matches!(byte, b';' | b'=')
                });
            }
        }
    }
}
