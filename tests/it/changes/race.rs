//! Numbers of the sequence are committed in their order, so a device that read up to one has missed none.
//!
//! The second writer is another process on the same database.

use std::sync::{Arc, Mutex, mpsc};

use attune::change::{self, Kind, Op};
use futures_util::future::{join, join_all};
use serde_json::json;

use super::{device::Device, told, words};
use crate::support::both_databases;

both_databases! {
    /// One transaction has drawn a number and has not committed; another of the same parent comes meanwhile, and
    /// a device asks all the time. Were the second committed first, the device would go past the first for good.
    async fn a_lower_number_is_never_committed_after_a_higher_one(app: TestApp) {
        let maya = app.parent("Maya").await;
        let twin = app.twin().await;
        let mut device = Device::default();
        device.catch_up(&app, &maya, 100).await;

        let (now, id) = (app.now(), maya.id.parse().expect("an id"));
        let (drawn, has_drawn) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let first = app.state.db.write(move |conn| {
            let parent: attune::id::UserId = id;
            change::record(conn, parent, Kind::Profile, parent.as_str(), Op::Put, now)?;
            drawn.send(()).expect("the test waits");
            released.lock().expect("one holder").recv().expect("the test lets it go");
            Ok(())
        });
        let second = async {
            let mut added = None;
            while added.is_none() {
                let answer = twin.post(&maya, "/v1/babies", json!({"name": "Noor"})).await;
                added = (answer.status != 503).then_some(answer);
            }
            added.expect("was added").expect(201)
        };
        let between = async {
            while has_drawn.try_recv().is_err() {
                device.catch_up(&app, &maya, 100).await;
            }
            for _ in 0..50 {
                let page = device.catch_up(&app, &maya, 100).await;
                assert_eq!(page.list("/data").len(), 0, "nothing is committed yet: {}", page.body);
            }
            release.send(()).expect("the write waits");
        };
        let ((stored, _), ()) = join(join(first, second), between).await;
        stored.expect("is written");
        let page = device.catch_up(&app, &maya, 100).await;
        assert_eq!(told(&page), words(&[("profile", "put"), ("baby", "put")]));
        device.shows_what_the_lists_show(&app, &maya).await;
    }

    async fn a_device_that_asks_while_others_write_misses_nothing(app: TestApp) {
        let maya = app.parent("Maya").await;
        let twin = app.twin().await;
        let mut device = Device::default();
        let writes = join_all((0..24).map(|number| {
            let (app, maya) = (if number % 2 == 0 { &app } else { &twin }, &maya);
            async move {
                let mut status = 503;
                while status == 503 {
                    status = app.post(maya, "/v1/check-ins", json!({"mood": number % 10})).await.status;
                }
                assert_eq!(status, 201);
            }
        }));
        let asks = async {
            for _ in 0..40 {
                device.catch_up(&app, &maya, 3).await;
            }
        };
        join(writes, asks).await;
        device.catch_up(&app, &maya, 3).await;
        device.shows_what_the_lists_show(&app, &maya).await;
    }
}
