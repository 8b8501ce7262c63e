//! The life of the server under test: started, killed and started again, read from in the end, stopped.

use std::{sync::Arc, time::Duration};

use crate::{
    Plan,
    client::Client,
    journal::Journal,
    people::People,
    seen::{self, Seen},
    server::{self, Address, Place, Server},
    store::{self, Stored},
};

/// A server that is killed now and then.
pub struct Life {
    place: Place,
    server: Server,
    /// Where it is now.
    pub address: Arc<Address>,
    /// How long each start after a kill took.
    pub starts: Vec<Duration>,
}

/// What is there when all is over.
pub struct End {
    /// What clients see.
    pub seen: Seen,
    /// What the database says.
    pub stored: Stored,
    /// How long each start after a kill took.
    pub starts: Vec<Duration>,
}

impl Life {
    /// Starts it for the first time.
    pub fn begin(plan: &Plan) -> Result<Self, String> {
        let (program, folder) = (plan.program.clone(), plan.folder.clone());
        let place = Place { program, folder, url: plan.url.clone() };
        let server = Server::start(&place)?;
        let address = Arc::new(Address::default());
        address.set(Some(server.address.clone()));
        Ok(Self { place, server, address, starts: Vec::new() })
    }

    /// Kills it with SIGKILL and starts it again.
    pub fn kill_and_start(&mut self) -> Result<(), String> {
        self.server.kill()?;
        self.address.set(None);
        self.server = Server::start(&self.place)?;
        self.starts.push(self.server.start_took);
        self.address.set(Some(self.server.address.clone()));
        Ok(())
    }

    /// Reads everything, through the interface of a server that was killed once more and then from the database.
    pub fn end(mut self, client: &Client, people: &People, journal: &Journal) -> Result<End, String> {
        // Another start, so that nothing is answered from what a process had in mind.
        self.kill_and_start()?;
        let seen = seen::read(client, people, journal)?;
        let starts = std::mem::take(&mut self.starts);
        Ok(End { seen, stored: self.stop()?, starts })
    }

    /// Asks it to stop, and reads the database.
    pub fn stop(self) -> Result<Stored, String> {
        let stopped = self.server.stop()?;
        if !stopped.success() {
            let log = server::end_of_log(&self.place.folder);
            return Err(format!("the server ended with {stopped}\n{log}"));
        }
        store::read(&self.place.url, &self.place.folder)
    }

    /// What the server that runs now has used of a processor.
    pub fn cpu(&self) -> Duration {
        self.server.cpu()
    }
}
