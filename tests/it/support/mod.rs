//! What tests stand on: a world with a server in it, people to send requests as, and real databases of both engines.

pub mod build;
mod client;
pub mod postgres;
mod served;
pub mod world;

pub use client::{code, user_errors};
pub use postgres::Postgres;
pub use served::Served;
pub use world::{Engine, Person, World, each_engine, passwords};
