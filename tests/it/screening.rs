//! Questionnaires over the interface.

mod evidence;
mod instruments;
