//! Questionnaires over the interface.

mod instruments;
