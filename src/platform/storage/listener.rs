//! Who hears of a record before the commit that holds it: where a later module must act with an earlier one.

use super::{Record, Work};
use crate::kernel::failure::Failure;
use std::pin::Pin;

pub type Heard<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Runs in the unit of work in which the record was made: both hold, or neither.
#[derive(Clone, Copy)]
pub struct Listener {
    /// The kinds of records that it hears of.
    pub to: &'static [&'static str],
    pub hear: for<'a> fn(&'a mut Work, &'a Record) -> Heard<'a>,
}

impl Work {
    /// Until nothing is new: a listener may record something that another hears of.
    pub(super) async fn tell(&mut self, listeners: &[&[Listener]]) -> Result<(), Failure> {
        let mut told = 0;
        while let Some(record) = self.record_at(told) {
            let hearing: Vec<_> = listeners
                .iter()
                .copied()
                .flatten()
                .filter(|one| one.to.contains(&record.kind))
                .collect();
            if !hearing.is_empty() {
                let record = record.clone();
                for listener in hearing {
                    (listener.hear)(self, &record).await?;
                }
            }
            told += 1;
        }
        Ok(())
    }
}
