//! Values of options, as a person writes them.

use std::{net::SocketAddr, num::NonZeroU32, str::FromStr, time::Duration};

/// Values in one argument, separated by spaces: that is how an environment variable holds several. One that
/// is empty holds none.
#[derive(Clone, Debug)]
pub struct List<T>(pub Vec<T>);

/// A limit, or none where it says `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling(pub Option<NonZeroU32>);

impl FromStr for Ceiling {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let number =
            text.parse().map_err(|_| format!("expected a number up to {}, or off", u32::MAX));
        number.map(|number| Self(Some(number)))
    }
}

/// Slower than this a single message would take longer than some have patience.
const SLOWEST: u32 = 64 * 1024;

pub(super) fn bytes_per_second(text: &str) -> Result<Ceiling, String> {
    let ceiling: Ceiling = text.parse()?;
    let is_slow = ceiling.0.is_some_and(|bytes| bytes.get() < SLOWEST);
    if is_slow { Err(format!("expected {SLOWEST} bytes or more, or off")) } else { Ok(ceiling) }
}

pub(super) fn list<T: FromStr>(text: &str) -> Result<List<T>, T::Err> {
    text.split_whitespace().map(str::parse).collect::<Result<_, _>>().map(List)
}

pub(super) fn socket_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "expected ADDRESS:PORT such as 127.0.0.1:8025 or [::1]:8025".into())
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "expected a number from 1 on".into())
}

/// The longest time that makes sense here, so that adding it to any point in time makes sense too.
const LONGEST: Duration = Duration::from_hours(365 * 24);

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let seconds = |seconds: u64| number.parse().ok().and_then(|n: u64| n.checked_mul(seconds));
    let duration = match unit.trim() {
        "ms" => number.parse().ok().map(Duration::from_millis),
        "s" | "" => seconds(1).map(Duration::from_secs),
        "m" | "min" => seconds(60).map(Duration::from_secs),
        "h" => seconds(3600).map(Duration::from_secs),
        _ => None,
    };
    let fits = |duration: &Duration| !duration.is_zero() && *duration <= LONGEST;
    duration
        .filter(fits)
        .ok_or_else(|| "expected a time such as 500ms, 10s, 15min or 2h, a year at most".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit() {
        for (text, time) in [
            ("500ms", Duration::from_millis(500)),
            ("10s", Duration::from_secs(10)),
            ("10", Duration::from_secs(10)),
            ("15min", Duration::from_mins(15)),
            ("15 m", Duration::from_mins(15)),
            ("2h", Duration::from_hours(2)),
        ] {
            assert_eq!(duration(text), Ok(time), "{text}");
        }
        for text in ["", "s", "0s", "-1s", "1.5h", "1d", "99999h", "99999999999999999999s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
