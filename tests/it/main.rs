//! The integration tests: one binary, one module per feature, each test on both databases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod audit;
mod auth;
mod auth_guess;
mod auth_session;
mod authz_coverage;
mod baby;
mod canary;
mod care;
mod check_in;
mod client;
mod command_line;
mod concurrency;
mod configuration;
mod consent;
mod danger_first;
mod flag;
mod flag_again;
mod flag_lifecycle;
mod flag_privacy;
mod flag_privacy_later;
mod flag_truth;
mod help;
mod house;
mod idempotency;
mod input;
mod migrations;
mod openapi;
mod profile;
mod program;
mod readme;
mod resource;
mod rules_pending;
mod safety;
mod sandbox;
mod sealed;
mod start_stop;
mod summary;
mod support;
mod token_forgery;
mod writer;
mod writer_group;
