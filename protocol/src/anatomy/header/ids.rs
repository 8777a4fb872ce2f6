//! Names of messages, `<left@right>` (RFC 5322 §3.6.4).

use super::lexical::Line;
use crate::anatomy::Field;
use crate::anatomy::mail::is_space;

/// Reads to the end of the line.
pub(super) fn take(line: &mut Line<'_, '_>, inside: &mut bool) {
    loop {
        if line.skip().is_some() {
            line.take_quoted(Field::HeaderValue);
            continue;
        }
        let Some(byte) = line.peek() else { return };
        match byte {
            b'<' if !*inside => {
                line.take(Field::AngleOpen, 1);
                *inside = true;
                take_left(line);
            }
            b'>' if *inside => {
                line.take(Field::AngleClose, 1);
                *inside = false;
            }
            b'@' if *inside => {
                line.take(Field::At, 1);
                line.take_while(Field::IdRight, is_of_id);
            }
            b',' => {
                line.take(Field::HeaderSeparator, 1);
            }
            b'"' => line.take_quoted(Field::HeaderValue),
            _ if *inside && is_of_id(byte) => take_left(line),
            _ if is_of_id(byte) => {
                line.take_while(Field::HeaderValue, |byte| is_of_id(byte) && byte != b',');
            }
            _ => {
                line.take(Field::Unparsed, 1);
            }
        }
    }
}

fn take_left(line: &mut Line<'_, '_>) {
    line.take_while(Field::IdLeft, is_of_id);
}

const fn is_of_id(byte: u8) -> bool {
    byte > b' '
        && byte != 0x7f
        && !matches!(byte, b'<' | b'>' | b'@' | b'(' | b'"')
        && !is_space(byte)
}
