//! Keys on disk: made once, found again, refused in every unsafe form.

use super::file::{NAMES, PUBLISHED};
use super::*;
use crate::config::Config;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn config(folder: &Path, keys_dir: Option<&Path>) -> Config {
    let mut flags =
        BTreeMap::from([("database_url".to_owned(), format!("sqlite://{}/attune.db", folder.display()))]);
    flags.extend(keys_dir.map(|path| ("keys_dir".to_owned(), path.display().to_string())));
    Config::from_sources(&flags, &BTreeMap::new(), None).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn keys_are_made_once_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), None);
    assert!(matches!(load(&config), Ok(KeysState::Absent)));
    let made = create(&config).unwrap();
    let Ok(KeysState::Found(found)) = load(&config) else { panic!("the keys are there") };
    assert_eq!(made.fingerprint(), found.fingerprint());
    assert_eq!(create(&config).unwrap().fingerprint(), made.fingerprint());
    let keys = folder.path().join("attune-keys");
    assert_eq!(mode(&keys), 0o700);
    for name in NAMES {
        assert_eq!(mode(&keys.join(name)), 0o600);
        let text = fs::read_to_string(keys.join(name)).unwrap();
        assert!(text.len() == 65 && text.ends_with('\n'));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the keys");
}

#[test]
fn processes_that_start_together_end_up_with_the_same_keys() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), None);
    let prints: BTreeSet<String> = std::thread::scope(|scope| {
        let starts: Vec<_> =
            (0..16).map(|_| scope.spawn(|| create(&config).unwrap().fingerprint())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert_eq!(prints.len(), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_part_of_a_set_is_refused_and_never_completed() {
    for name in NAMES {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), None);
        create(&config).unwrap();
        fs::remove_file(folder.path().join("attune-keys").join(name)).unwrap();
        assert!(matches!(load(&config).unwrap_err().problem, KeysProblem::Partial));
        assert!(matches!(create(&config).unwrap_err().problem, KeysProblem::Partial));
    }
}

#[test]
fn a_folder_in_use_otherwise_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), None);
    let keys = folder.path().join("attune-keys");
    fs::create_dir(&keys).unwrap();
    assert!(create(&config).is_ok(), "an empty folder is no obstacle");
    fs::remove_dir_all(&keys).unwrap();
    fs::create_dir(&keys).unwrap();
    fs::write(keys.join("letter.txt"), "mine").unwrap();
    assert!(matches!(create(&config).unwrap_err().problem, KeysProblem::InTheWay));
    assert_eq!(fs::read_to_string(keys.join("letter.txt")).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_given_folder_must_hold_all_three_and_is_never_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let given = folder.path().join("given");
    let config = config(folder.path(), Some(&given));
    assert!(matches!(load(&config).unwrap_err().problem, KeysProblem::Missing));
    fs::create_dir(&given).unwrap();
    set_mode(&given, 0o700);
    assert!(matches!(load(&config).unwrap_err().problem, KeysProblem::Missing));
    assert!(matches!(create(&config).unwrap_err().problem, KeysProblem::Missing));
    assert_eq!(fs::read_dir(&given).unwrap().count(), 0);
}

#[test]
fn files_that_others_can_read_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), None);
    create(&config).unwrap();
    let keys = folder.path().join("attune-keys");
    for (path, closed) in [(keys.join("lookup.key"), 0o600), (keys, 0o700)] {
        for bits in [0o040, 0o004, 0o020, 0o001] {
            set_mode(&path, closed | bits);
            let error = load(&config).unwrap_err();
            assert!(matches!(error.problem, KeysProblem::Open(_, wanted) if wanted == closed), "{error}");
            assert!(error.to_string().contains(&format!("chmod {closed:o}")));
        }
        set_mode(&path, closed);
    }
    assert!(load(&config).is_ok());
}

#[test]
fn two_keys_must_not_be_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), None);
    create(&config).unwrap();
    let keys = folder.path().join("attune-keys");
    fs::copy(keys.join("sealing.key"), keys.join("lookup.key")).unwrap();
    assert!(matches!(load(&config).unwrap_err().problem, KeysProblem::SameAs("sealing.key")));
}

#[test]
fn contents_that_are_no_secret_are_refused() {
    let good = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeefe";
    type Expected = fn(&KeysProblem) -> bool;
    let cases: [(&str, Expected); 8] = [
        ("", |p| matches!(p, KeysProblem::TooShort)),
        (&good[..62], |p| matches!(p, KeysProblem::TooShort)),
        (&format!("{good}00"), |p| matches!(p, KeysProblem::TooLong)),
        (&format!("{good}\n"), |p| matches!(p, KeysProblem::TooLong)),
        (&good.to_uppercase(), |p| matches!(p, KeysProblem::NotHex)),
        (&good.replace('7', "g"), |p| matches!(p, KeysProblem::NotHex)),
        (&"5c".repeat(32), |p| matches!(p, KeysProblem::OneByte)),
        (PUBLISHED[0], |p| matches!(p, KeysProblem::Published)),
    ];
    for (text, expected) in cases {
        let problem = file::parse(text.as_bytes()).expect_err(text);
        assert!(expected(&problem), "{text}: {problem:?}");
    }
    let secret = file::parse(good.as_bytes()).unwrap();
    assert_eq!(hex(secret.expose()), good);
    assert!(PUBLISHED.iter().all(|text| file::parse(text.as_bytes()).is_err()));
}

#[test]
fn the_fingerprint_depends_on_every_key_and_its_place() {
    let [a, b, c] = [1, 2, 3].map(|byte| Secret32::new([byte; 32]));
    let print = |x: &Secret32, y: &Secret32, z: &Secret32| {
        let keys = Keys { access_token_seed: x.clone(), sealing: y.clone(), lookup: z.clone() };
        keys.fingerprint()
    };
    let prints = BTreeSet::from([print(&a, &b, &c), print(&b, &a, &c), print(&a, &c, &b), print(&a, &b, &a)]);
    assert_eq!(prints.len(), 4);
    assert!(prints.iter().all(|print| print.len() == 64));
    assert_eq!(print(&a, &b, &c), print(&a, &b, &c));
    assert_ne!(Keys::random().fingerprint(), Keys::random().fingerprint());
    assert!(!format!("{:?}", Keys::random()).contains('['));
}
