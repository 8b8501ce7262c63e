//! What attune is built from: the versions in Cargo.lock, the floors in deny.toml, and no unsafe code of our own.
//!
//! cargo-deny holds the same floors over what is built by default; this looks at everything in the lock file.

use std::{fs, path::Path};

use toml::{Table, Value};

const LOCK: &str = include_str!("../../Cargo.lock");
const DENY: &str = include_str!("../../deny.toml");

/// SUP-1 and FND-7, as versions that must be reached; of `rand`, 0.9.3 and 0.10.1 as well.
const FLOORS: [(&str, &str); 16] = [
    ("jsonwebtoken", "10.3.0"),
    ("actix-http", "3.13.3"),
    ("actix-web", "4.14.1"),
    ("actix-multipart", "0.8.0"),
    ("actix-files", "0.6.10"),
    ("diesel", "2.3.12"),
    ("libsqlite3-sys", "0.37.0"),
    ("time", "0.3.47"),
    ("bytes", "1.11.1"),
    ("rand", "0.8.6"),
    ("rustls-webpki", "0.103.13"),
    ("aws-lc-sys", "0.39.0"),
    ("anyhow", "1.0.103"),
    ("crossbeam-epoch", "0.9.20"),
    ("h2", "0.4.16"),
    ("rsa", "999.0.0"),
];

fn parsed(text: &str) -> Table {
    text.parse().expect("TOML")
}

/// `1.2.3`, without what follows a hyphen or plus sign.
fn version(text: &str) -> [u64; 3] {
    let numbers: Vec<u64> =
        text.split(['-', '+']).next().unwrap().split('.').map(|part| part.parse().unwrap()).collect();
    [numbers[0], numbers[1], numbers[2]]
}

/// Name and version of each package.
fn packages(lock: &str) -> Vec<(String, [u64; 3])> {
    let lock = parsed(lock);
    let text = |package: &Value, key: &str| package[key].as_str().unwrap().to_owned();
    let packages = lock["package"].as_array().unwrap();
    packages.iter().map(|package| (text(package, "name"), version(&text(package, "version")))).collect()
}

/// Packages below a floor, as `name version`.
fn below(lock: &str) -> Vec<String> {
    let too_old = |name: &str, found: [u64; 3]| {
        let floor = FLOORS.iter().any(|(crate_name, floor)| *crate_name == name && found < version(floor));
        let between = |from: &str, to: &str| (version(from)..version(to)).contains(&found);
        floor || (name == "rand" && (between("0.9.0", "0.9.3") || between("0.10.0", "0.10.1")))
    };
    packages(lock)
        .into_iter()
        .filter(|(name, found)| too_old(name, *found))
        .map(|(name, [major, minor, patch])| format!("{name} {major}.{minor}.{patch}"))
        .collect()
}

/// SUP-1, SUP-2, FND-7.
#[test]
fn the_lock_file_stays_above_every_floor() {
    assert!(packages(LOCK).len() > 200);
    assert_eq!(below(LOCK), [""; 0]);
    for (name, planted) in [
        ("h2", "0.3.27"),
        ("libsqlite3-sys", "0.36.9"),
        ("rand", "0.9.2"),
        ("rand", "0.8.5"),
        ("rsa", "0.9.8"),
    ] {
        let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"{planted}\"\n");
        assert_eq!(below(&lock), [format!("{name} {planted}")]);
    }
}

/// SUP-1: with a colon, or cargo-deny reads another meaning into it.
#[test]
fn cargo_deny_holds_the_same_floors() {
    let deny = parsed(DENY);
    let bans: Vec<&str> =
        deny["bans"]["deny"].as_array().unwrap().iter().filter_map(|ban| ban["crate"].as_str()).collect();
    for (name, floor) in FLOORS {
        let wanted = if name == "rsa" { "rsa".to_owned() } else { format!("{name}:<{floor}") };
        assert!(bans.contains(&wanted.as_str()), "{wanted} is not in {bans:?}");
    }
    for wanted in ["rand:>=0.9.0, <0.9.3", "rand:>=0.10.0, <0.10.1"] {
        assert!(bans.contains(&wanted), "{wanted} is not in {bans:?}");
    }
    assert!(bans.iter().all(|ban| !ban.contains('@')), "{bans:?}");
}

/// Every manifest of the project below a folder.
fn manifests(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str()) {
            manifests(&path, found);
        } else if name == "Cargo.toml" {
            found.push(path);
        }
    }
}

fn forbids_unsafe(manifest: &Table, root: &Table) -> bool {
    let own = |table: &Table| table.get("lints").cloned();
    let lints = match own(manifest) {
        Some(lints) if lints.get("workspace").and_then(Value::as_bool) == Some(true) => {
            root.get("workspace").and_then(|workspace| workspace.get("lints")).cloned()
        }
        lints => lints,
    };
    lints.and_then(|lints| lints.get("rust")?.get("unsafe_code").cloned()).is_some_and(|level| {
        level.as_str().or_else(|| level.get("level").and_then(Value::as_str)) == Some("forbid")
    })
}

/// SUP-4.
#[test]
fn every_crate_of_our_own_forbids_unsafe_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = parsed(&fs::read_to_string(folder.join("Cargo.toml")).unwrap());
    let mut found = Vec::new();
    manifests(folder, &mut found);
    assert!(!found.is_empty());
    for path in found {
        let manifest = parsed(&fs::read_to_string(&path).unwrap());
        let has_code = manifest.contains_key("package");
        assert!(!has_code || forbids_unsafe(&manifest, &root), "{} does not", path.display());
    }
    assert!(!forbids_unsafe(
        &parsed("[package]\nname = \"a\"\n[lints.rust]\nunsafe_code = \"deny\"\n"),
        &root
    ));
    assert!(!forbids_unsafe(&parsed("[package]\nname = \"a\"\n[lints]\nworkspace = true\n"), &Table::new()));
}
