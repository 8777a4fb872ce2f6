//! The tables, as data. A row that knows the case better counts more, wherever it stands; of rows that know it
//! equally well the one that stands first does.

mod codes;
mod enhanced;
mod everybody;
mod providers;

use super::row::Row;

/// Every row.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    [providers::ROWS, everybody::ROWS, enhanced::ROWS, codes::ROWS].into_iter().flatten()
}
