//! A page in one state, of made-up facts: for the gallery of development, and for the tests that walk through it.
//! Whoever makes a page keeps its samples beside it; a test compares them with the templates.

use super::page::Shell;
use axum::response::Response;

#[derive(Clone, Copy)]
pub struct Sample {
    /// Below `templates/`, without its ending.
    pub template: &'static str,
    /// Empty for the page as people meet it first.
    pub state: &'static str,
    pub show: fn(&Shell) -> Response,
}

impl Sample {
    pub const fn of(
        template: &'static str,
        state: &'static str,
        show: fn(&Shell) -> Response,
    ) -> Self {
        Self { template, state, show }
    }

    /// In its address.
    pub fn name(&self) -> String {
        let page = self.template.replace(['/', '_'], "-");
        if self.state.is_empty() { page } else { format!("{page}-{}", self.state) }
    }
}

/// Who stands for everybody.
pub const NAME: &str = "Ada Okafor";
pub const EMAIL: &str = "ada@example.test";
