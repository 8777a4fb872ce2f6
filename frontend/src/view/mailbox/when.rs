//! When a letter came.

use js_sys::Date;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// For programs: `2026-11-23T10:02:11.000Z`.
pub(super) fn iso(received: Duration) -> String {
    date(received).to_iso_string().into()
}

/// For a person, by their own clock: `10:02`, and with its day if that was not today.
pub(super) fn short(received: Duration) -> String {
    let (then, today) = (date(received), Date::new_0());
    let day = |date: &Date| (date.get_full_year(), date.get_month() + 1, date.get_date());
    let time = format!("{:02}:{:02}", then.get_hours(), then.get_minutes());
    if day(&then) == day(&today) {
        return time;
    }
    let (year, month, day) = day(&then);
    format!("{year}-{month:02}-{day:02} {time}")
}

fn date(received: Duration) -> Date {
    // JavaScript's numbers are exact up to 2^53 milliseconds.
    Date::new(&JsValue::from_f64(received.as_secs_f64() * 1e3))
}
