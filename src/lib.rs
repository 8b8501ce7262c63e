//! attune is a postpartum wellbeing check-in service.
//!
//! A parent records in seconds how they feel ([`check_in`]). The entry is stored, the pure rules ([`rules`]) look
//! at it and at the days before, and what needs a person becomes a flag ([`flag`]), all in one transaction
//! ([`db`]). The reply carries one fitting thing to try ([`resource`]), or help at once ([`help`]) when somebody
//! may be in danger. A doula sees the flags and what else a parent granted her by a care link ([`care`],
//! [`client`]); who is calling is decided in [`auth`]. What people write is sealed ([`seal`]); every act leaves a
//! trace ([`audit`]); what has to be told to others waits in the [`outbox`]; what is to happen later is a
//! [`timer`]. When the server is full, [`admission`] decides who has to come again. Every route is on one page:
//! [`app::routes`].

pub mod admission;
pub mod app;
pub mod audit;
pub mod auth;
pub mod care;
pub mod change;
pub mod chart;
pub mod check_in;
pub mod cli;
pub mod client;
pub mod clock;
pub mod command;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod flag;
pub mod help;
pub mod http;
pub mod id;
pub mod idempotency;
pub mod keys;
pub mod openapi;
pub mod outbox;
pub mod practice;
pub mod profile;
pub mod rehearsal;
pub mod resource;
pub mod rules;
pub mod sandbox;
pub mod screening;
pub mod seal;
pub mod serve;
pub mod timer;
