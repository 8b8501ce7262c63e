//! H10: no wording of a scale that may not be shown is in the source, the data, the schema, the document, the built program
//! or what it logs, which can be nothing else than that.
//!
//! The words themselves may not stand here either: what is looked for is the hash of every five words in a row of their
//! items and answers, in lower case, without marks.

use std::{fs, path::Path};

/// Words in a row that are looked for at once.
const IN_A_ROW: usize = 5;

/// FNV-1a of five words in a row.
#[rustfmt::skip]
const RESTRICTED: &[u64] = &[
    0x010fba711956a580, 0x01b4bda3022397bb, 0x0289106fae75efb3, 0x052532ee8fe6e2cc, 0x052edd0a3d56d8eb,
    0x059f048b99a60ebd, 0x06412d971bbd74fa, 0x0789096855a83050, 0x09472283b136abc3, 0x0b478c2ab65868a5,
    0x0b97fe16e82c51bd, 0x0e7fa393883e9080, 0x12391d30844fc0e6, 0x12dba33ba39491f6, 0x150cc7785a2cb28b,
    0x160aa75ee17deb56, 0x174bf9155fed08c2, 0x187eb6660485a36f, 0x18b58eda8e4fd89f, 0x19d79ed2e1e38832,
    0x1b4162200ad81504, 0x1dbbcb919b165f69, 0x1ecf4b754d9cdee5, 0x20a7cf2a1aafdb8e, 0x2188e0b94b62e10c,
    0x221feeae20b7a463, 0x223856bbbfc4b6a7, 0x255cacf0c36ed89f, 0x257a29b133fbb821, 0x2699406446add6eb,
    0x271a9390b116c7f4, 0x2898011195514e2c, 0x28d9ae44192a17c1, 0x28dc88eeba646bca, 0x2aa5931bb6bad871,
    0x2da2abeb03d54db7, 0x30563f0044497f5e, 0x30d70c76087b24fd, 0x31034442bc858098, 0x33929791a87fb140,
    0x34ce0321c620f247, 0x354c9d987ff149dd, 0x390ae0a25684196b, 0x3adadabe3c90acdf, 0x3c6dd917668ac440,
    0x3c8125181d232d96, 0x3d703509542d26ee, 0x3fa976aea1359a73, 0x3fcf086fa83c7067, 0x407a9d70931d4d92,
    0x413b751ff47b5d4d, 0x420f3644d8b9bce8, 0x43388283d3ae4d32, 0x47cea9606a92d2b7, 0x4866218f739664ce,
    0x495ecd5221ea9caa, 0x4a55de272143c1fc, 0x4a5f16fbd5237d02, 0x4de25e29ef6e1e85, 0x4e2666720e112d9d,
    0x4f85a7ce28b75885, 0x51a4d17c4ce0f22e, 0x5304c975822b3af0, 0x55ce061472a5df50, 0x56a42cc890def74d,
    0x5bdb553ffe64506b, 0x5ced30f5562da647, 0x6336ea20a57bb521, 0x639acb9d236241cb, 0x63cc176f4e94af88,
    0x64299771674a3f4c, 0x649d3f461ddb70dc, 0x67d105c32b059938, 0x68c7e9e076bc07e6, 0x696412387c8f49ec,
    0x6ab579b9d5716205, 0x6af6a80f1ce205c5, 0x6b30922fa87ba709, 0x6be873f009116df8, 0x6cd9e1c2bffb0899,
    0x6d72f9b6fb683a3b, 0x6da281f6228eb846, 0x6ecd5dd826e43b57, 0x6f05dd6301ca2668, 0x6f4271161775d912,
    0x6f48930fc40c75fd, 0x6ffb27cfc32ac86e, 0x71a783b3568f0cbd, 0x72025b913fa08efc, 0x724321375aa53804,
    0x7383d6e2493012da, 0x74de255556537b87, 0x7556838093c87bf1, 0x759f7fb49e35238b, 0x787abf8e0fc38582,
    0x78aa311215aa395d, 0x797f72196951acb1, 0x7ce7b00962a04fbf, 0x7d660e96808f0c1f, 0x7e84f99e00b3855b,
    0x7ed9b14aff532cd0, 0x816031ea7f416ede, 0x82b0e96abb3bc04c, 0x834e72960af8128f, 0x84bc90853fdf97be,
    0x85196398c46c0704, 0x8539edeb5503ae2f, 0x870c533f6a7f8ad5, 0x88c820ed0ee61f3a, 0x8a1243498eae217c,
    0x8be82384be3bb41b, 0x8e0e67898c52bbf8, 0x8ef4a5e0ae7ff595, 0x8f9b5db45da8f132, 0x92844668385cb355,
    0x939077e458a07d73, 0x983031fa13a1d335, 0x990711bbb62d5bde, 0x994f1156a1addf1d, 0x99c5d4b8467bcbd2,
    0x99ed1a77b675f535, 0x9a9b7a42bdd154dc, 0x9c45ce43fd98689e, 0x9cfaa9e0485cffd4, 0x9eb51aefed647f58,
    0x9ec83979a02aeb2d, 0xa00e76a80a2426bf, 0xa155a5bd0dd1ecdb, 0xa1dfb05532443c1f, 0xa374028397f79dfb,
    0xa449a1f789f2d4dc, 0xa50b9cd0cedfa08a, 0xa54aee183d0e7304, 0xa570dda1b55b68be, 0xa5a5e38ad2150ec5,
    0xa5f0bbb5ccaea51c, 0xa7fa9e60a4160a49, 0xa8d99d2eceda9723, 0xab19328bf10b2f70, 0xab536af8b6bb112e,
    0xab5da3a6363e5336, 0xab5f6ddbdc96fa09, 0xad4b8e37b7eb2924, 0xadeeb5e0264cb6bf, 0xadf7ba07fc585d8d,
    0xae355add3b4db69a, 0xae6fca82a34f77ed, 0xae86cb026202edb6, 0xaf015dd337fa1b6f, 0xafdc5914a65caede,
    0xb145ddd97614fbe3, 0xb1aeca7ea1b35a4a, 0xb63f6bcb387a705d, 0xb6e60dadee44fd46, 0xb92bc213b708790e,
    0xba50803382084ed9, 0xbb9f24b62f99e19f, 0xbcf54b562bd0e51c, 0xbd659e123026493f, 0xbe8f8a3cda9b7a62,
    0xbfb930b8093c90f5, 0xbfceab782a343a3c, 0xc0945e84fa816876, 0xc18373395e39144e, 0xc1be7ff505a6346f,
    0xc3358495c1ddbadb, 0xc46908ae104c3da3, 0xc85d07b0696928bc, 0xc9c374d59e86ca8f, 0xcb2e160acb28a0b5,
    0xce64a622b7c54011, 0xd356d58787bdf71f, 0xd47bcdd6934dc46d, 0xd51daaad348b08fa, 0xd52ee15380d79779,
    0xd700739934022f84, 0xd77c673ebb39a450, 0xda6726a9d1a03d38, 0xdd3ae5fc62dd1815, 0xdda0941d1ac3b6d0,
    0xdda11d7c787158ba, 0xde70e13052de645a, 0xdf70429612db6e73, 0xe2270b0b0601e297, 0xe3490d2109bcc080,
    0xe3ab319ec5b40f31, 0xe769e66bfd9bb800, 0xe816e40f6e24d6df, 0xea4d714cc7dc7021, 0xeb71ce78399d760d,
    0xebc61b3fc4ee6559, 0xed149db9cc712001, 0xed24660957f45be3, 0xf1c83ae326e11b8b, 0xf21ef477a6e35edf,
    0xf2bfed6e8b25663e, 0xf2ff9ee85355098b, 0xf3e5383aaee3f89d, 0xf435d847fadeeaf1, 0xf5fa28999700ff7d,
    0xf6496c5d5e8fb05d, 0xf860e94a97a26b38, 0xf92c952ebe882c16, 0xfb06ece0a62a1b84, 0xfbd4f4c9655d9c53,
    0xfca76cfa49b588f8, 0xfdac9fad7380adc9, 0xfe0ade78057699ba, 0xff06bc7f2bae71c9,
];

fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Where five wanted words stand in a row; the words are not told, the place is.
fn found(bytes: &[u8], wanted: &[u64]) -> Option<usize> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, byte) in bytes.iter().chain(b" ").enumerate() {
        match byte {
            b'a'..=b'z' => word.push(char::from(*byte)),
            b'A'..=b'Z' => word.push(char::from(byte.to_ascii_lowercase())),
            b'\'' => {}
            // What is no text ends a sentence.
            0..=8 | 14..=31 | 127 => {
                words.clear();
                word.clear();
            }
            _ if word.is_empty() => {}
            _ => {
                words.push(std::mem::take(&mut word));
                if words.len() > IN_A_ROW {
                    words.remove(0);
                }
                if words.len() == IN_A_ROW && wanted.binary_search(&hash(&words.join(" "))).is_ok() {
                    return Some(at);
                }
            }
        }
    }
    None
}

fn search(folder: &Path, searched: &mut usize) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | ".git" | "node_modules") {
                search(&path, searched);
            }
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        assert_eq!(found(&bytes, RESTRICTED), None, "restricted wording in {}", path.display());
        *searched += 1;
    }
}

#[test]
fn h10_no_restricted_wording_is_in_the_source_or_in_the_built_program() {
    assert!(RESTRICTED.is_sorted());
    let mut searched = 0;
    search(Path::new(env!("CARGO_MANIFEST_DIR")), &mut searched);
    assert!(searched > 500, "{searched}");
    let program = fs::read(env!("CARGO_BIN_EXE_attune")).expect("it is built");
    assert!(program.len() > 1_000_000);
    assert_eq!(found(&program, RESTRICTED), None, "restricted wording in the program");
}

/// The finder must find what is planted, whatever stands between the words.
#[test]
fn the_finder_sees_five_words_in_a_row() {
    let wanted = [hash("a walk in the park")];
    for (text, is_found) in [
        ("a walk in the park", true),
        ("{\"text\": \"Take A Walk,\n in the (park)!\"}", true),
        ("fn a_walk_in_the_park() {}", true),
        ("a walk in a park", false),
        ("a walk\0in the park", false),
    ] {
        assert_eq!(found(text.as_bytes(), &wanted).is_some(), is_found, "{text}");
    }
}
