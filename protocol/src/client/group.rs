//! Which commands may leave together, without waiting for the reply to each (RFC 2920).

use super::{Client, Status, Step};
use crate::smtp::extension::Extension;
use crate::smtp::limits;

impl Client {
    /// The steps whose commands go along with this one, in order. MAIL, RCPT and RSET may stand anywhere in a
    /// group; DATA ends one, since what follows depends on its reply (RFC 2920 §3.1).
    pub(super) fn group_behind(&self, first: Step) -> Box<[Step]> {
        let begins = matches!(first, Step::Mail | Step::Rcpt(_));
        if !(begins && self.uses(Extension::Pipelining)) {
            return Box::default();
        }
        let is_ahead = |step: &Step| self.progress.status(*step) == Status::Ahead;
        let recipients = (0..self.setup.to.len()).map(Step::Rcpt).filter(is_ahead);
        let data = Some(Step::Data).filter(is_ahead).filter(|_| !self.uses_chunks());
        let steps = recipients.filter(|step| *step != first).chain(data);
        let mut room = limits::LINE_COMMITTED - self.line_of(first).len();
        let fits = |step: &Step| {
            let length = self.line_of(*step).len();
            room = room.saturating_sub(length);
            room > 0
        };
        let mut is_last = self.stops_behind(first);
        let goes_on = |step: &Step| !std::mem::replace(&mut is_last, self.stops_behind(*step));
        steps.take_while(goes_on).take_while(fits).collect()
    }
}
