//! Checkpoints of SQLite are made beside the writer, long before its own commits would make one.

use std::{
    fs,
    time::{Duration, Instant},
};

use attune::db::{Limits, Target};

use crate::writer::{put, sqlite};

/// Sooner than this none is asked for.
const TOO_FEW: usize = 15;
/// So many are enough for one, and by far not for the writer's own at 4,096 pages.
const ENOUGH: usize = 40;

#[actix_web::test]
async fn what_is_committed_moves_into_the_file_beside_the_writer() {
    let (database, db) = sqlite(Limits::default());
    let Target::Sqlite(file) = database.target() else { panic!("it is a file") };
    let length = || fs::metadata(&file).expect("is there").len();
    let before = length();
    // Long enough for the file to grow with them.
    let name = |number: usize| format!("{number:0>500}");
    for number in 0..TOO_FEW {
        db.write(move |conn| put(conn, &name(number))).await.expect("writes");
    }
    assert_eq!(length(), before, "what was written is in the log alone");
    for number in TOO_FEW..ENOUGH {
        db.write(move |conn| put(conn, &name(number))).await.expect("writes");
    }
    let began = Instant::now();
    while length() == before && began.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(length() > before, "nothing was moved");
}
