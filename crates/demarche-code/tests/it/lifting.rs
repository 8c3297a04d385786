//! The same source, built by different compilers for different processors, has the same traits.

use std::collections::BTreeSet;

use demarche_code::{Feature, Fingerprint, fingerprints, functions};
use demarche_image::{Architecture, VirtualAddress, read_raw};

const X64: Architecture = Architecture::X86_64;
const X86: Architecture = Architecture::X86;
const ARM: Architecture = Architecture::AArch64;

/// One function, eleven builds: compiler, instruction set, code without symbols.
///
/// ```c
/// struct box { uint32_t a, b, c; };
/// uint32_t f(struct box *p, uint32_t x, uint32_t n) {
///     uint32_t k = 0x5bd1e995;
///     for (uint32_t i = 0; i < n; i++) {
///         if (x < 1000) return 77;
///         k ^= (x << 7 | x >> 25) + 0x1f3d;
///         p->c = k / 10;
///         x = x * 33 + p->b;
///     }
///     return k % 97;
/// }
/// ```
const BUILDS: [(&str, Architecture, &str); 11] = [
    (
        "gcc 12 -O2",
        Architecture::X86_64,
        "85d20f849300000081fee70300000f868d000000534989fa8b5f04b995e9d15b31ff41bbcdcccccceb0e660f1f440000\
         81fee7030000765889f04189f183c701c1c00741c1e105053d1f00004401ce31c101de4189c84c89c0490fafc348c1e8\
         2339fa75cb4d69c0af7ed0514189420889c85b49c1e8204429c0d1e84401c0c1e8066bd06189c829d0c3660f1f440000\
         41894208b84d0000005bc3b85d000000c3b84d000000c3",
    ),
    (
        "gcc 12 -O0",
        Architecture::X86_64,
        "554889e548897de88975e48955e0c745fc95e9d15bc745f800000000eb56817de4e70300007707b84d000000eb708b45\
         e4c1c007053d1f00003145fc8b45fc89c2b8cdcccccc480fafc248c1e82089c2c1ea03488b45e88950088b55e489d0c1\
         e00501c2488b45e88b400401d08945e48345f8018b45f83b45e072a28b55fc89d04869c0af7ed05148c1e82089d129c1\
         d1e901c8c1e8066bc86189d029c85dc3",
    ),
    (
        "clang 14 -O2",
        Architecture::X86_64,
        "85d2745cb895e9d15b41b8cdcccccc9081fee8030000724e89f1c1e10501f1c1c60781c63d1f000031f04889c6490faf\
         f048c1ee23897708034f0489ce83c2ff75ce89c14869c9af7ed05148c1e92089c229cad1ea01cac1ea066bca6129c8c3\
         b85d000000c3b84d000000c3",
    ),
    (
        "gcc 12 -O2 -fno-pic",
        Architecture::X86,
        "555756538b44241c8b4c241885c00f848d00000081f9e7030000767b8b44241431f6bb95e9d15bbfcdcccccc8b6804eb\
         0f8db4260000000081f9e7030000765089c883c601c1c007053d1f000031c389d8f7e789c8c1e00501c8c1ea038d0c28\
         3974241c75d28b442414895008b8af7ed051f7e389d829d0d1e801d0c1e8066bd06189d829d05b5e5f5dc38d74260090\
         8b4424148950085bb84d0000005e5f5dc3b85d000000ebde",
    ),
    (
        "gcc 12 -O2",
        Architecture::AArch64,
        "a20400343f9c0f7129040054a4329d52a6999952080440b905008052247aab72a7e783528699b972030000143f9c0f71\
         c9020054a5040011236481136300070b2114010b8400034a2100080b837ca69b63fc63d35f00056ba1feff54e1d58f52\
         030800b9013aaa72220c8052817ca19b21fc60d38000014b2004400b007c06530090021bc0035fd6030800b9a0098052\
         c0035fd6a00b8052c0035fd6",
    ),
    (
        "gcc 12 -O0",
        Architecture::AArch64,
        "ff8300d1e00700f9e10700b9e20300b9a0329d52207aab72e01f00b9ff1b00b920000014e00740b91f9c0f7168000054\
         a00980522b000014e00740b901648013a0e783522000000be11f40b92000004ae01f00b9e11f40b9a09999528099b972\
         207ca09b00fc60d3017c0353e00740f9010800b9e10740b9e003012a00681b530100010be00740f9000440b92000000b\
         e00700b9e01b40b900040011e01b00b9e11b40b9e00340b93f00006bc3fbff54e11f40b9e0d58f52003aaa72207ca09b\
         00fc60d32200004b427c01534000000b007c0653220c8052007c021b2000004bff830091c0035fd6",
    ),
    (
        "gcc 12 -Os",
        Architecture::AArch64,
        "a3329d5204008052237aab72a6e78352470180529f00026ba1000054210c80526008c11a008c011bc0035fd63f9c0f71\
         690100548404001125648113a500060b2114010b6300054a6508c71a050800b9050440b92100050befffff17a0098052\
         f2ffff17",
    ),
    (
        "gcc 12 -O2 -marm",
        Architecture::Arm,
        "000052e32200000afa0f51e32200003af0402de995390ee3d13b45e3cd4c0ce3cc4c4ce3046090e500e0a0e33d5f01e3\
         010000eafa0f51e31200003ae1cc85e001e08ee20c3023e0811281e0061081e00e0052e194738ce0acc1a0e1f4ffff1a\
         af2e07e3d02145e308c080e56110a0e3922380e0002043e0a20080e02003a0e1913060e0f080bde808c080e54d00a0e3\
         f080bde85d00a0e31eff2fe14d00a0e31eff2fe1",
    ),
    (
        "gcc 12 -O2 -mthumb",
        Architecture::Arm,
        "bab3b1f57a7f36d3f0b54ef69513c5f6d1334cf6cd44ccf6cc4446684ff0000e41f63d7502e0b1f57a7f1ed305eb716c\
         0ef1010e83ea0c0301eb411131447245a4fb037c4feadc0cedd147f6af62c5f2d012c0f808c06121a2fb03201a1a00eb\
         5200800901fb1030f0bdc0f808c04d20f0bd5d2070474d20704700bf",
    ),
    (
        "gcc 12 -O2",
        Architecture::MipsLittle,
        "2a00c01000000000e803a22c25004014d15b033c04008a8ccccc093c2538000095e9633403000010cdcc29351c000015\
         0000000042162500404105003d1f42242128050126186200190069002128aa000100e724e803a82c10100000f3ffc714\
         c2100200080082acd051023caf7e42241900620010100000232062004220040021104400821102004020020021208200\
         40210400211082000800e00323106200080082ac0800e0034d0002240800e0035d000224000000000000000000000000",
    ),
    (
        "gcc 12 -O2",
        Architecture::Mips,
        "10c0002a000000002ca203e8144000253c035bd18c8a00043c09cccc000038253463e995100000033529cccd1500001c\
         00000000002516420005414024421f3d01052821006218260069001900aa282124e700012ca803e80000101014c7fff3\
         000210c2ac8200083c0251d024427eaf0062001900001010006220230004204200441021000211820002204000822021\
         000421400082102103e0000800621023ac82000803e000082402004d03e000082402005d000000000000000000000000",
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |one: u8| u8::try_from(char::from(one).to_digit(16).unwrap()).unwrap();
    hex.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The fingerprint of the first function of some code.
pub(crate) fn fingerprint(code: &[u8], architecture: Architecture) -> Fingerprint {
    let image = read_raw(code, architecture, VirtualAddress(0x1000));
    let program = functions(&image);
    // The entry of raw bytes does not tell Thumb from A32: the code does.
    let first = fingerprints(&image, &program).into_iter().next();
    first.expect("code that begins with a function")
}

fn features(code: &str, architecture: Architecture) -> BTreeSet<Feature> {
    fingerprint(&bytes(code), architecture).features.into_iter().collect()
}

fn number_features(all: &BTreeSet<Feature>) -> BTreeSet<Feature> {
    all.iter().copied().filter(|feature| feature.class() == 0).collect()
}

#[test]
fn every_pair_of_builds_shares_much() {
    let all: Vec<_> =
        BUILDS.iter().map(|(name, of, code)| (name, of, features(code, *of))).collect();
    for (place, (name, of, one)) in all.iter().enumerate() {
        for (other_name, other_of, other) in &all[..place] {
            let (shared, least) = (one.intersection(other).count(), one.len().min(other.len()));
            assert!(
                shared * 3 >= least,
                "{name} {of:?} and {other_name} {other_of:?} share {shared} of {least}"
            );
        }
    }
}

#[test]
fn every_build_has_numbers_of_the_source() {
    let all = BUILDS.map(|(_, of, code)| number_features(&features(code, of)));
    let common = all.iter().skip(1).fold(all[0].clone(), |sum, one| &sum & one);
    // 1000 and 0x1f3d at least; what a loop begins with is no trait where the loop changes it.
    assert!(common.len() >= 2, "{} numbers are in all builds", common.len());
}

/// Two pieces of code that compute and store the same: `*p = …` with what is in the first argument.
const EQUAL: [(&str, &str, Architecture, &str, Architecture); 7] = [
    // lea eax, [rdi+rdi*4]; mov [rsi], eax | imul eax, edi, 5; …
    ("five times", "8d04bf8906c3", X64, "6bc7058906c3", X64),
    // add eax, 500 | sub eax, -500
    ("plus", "89f805f40100008906c3", X64, "89f82d0cfeffff8906c3", X64),
    // …             | add w0, w0, #500; str w0, [x1]
    ("plus, on Arm", "89f805f40100008906c3", X64, "00d00711200000b9c0035fd6", ARM),
    // …             | through the stack: push rdi; mov [rsp-64], rdi; pop rax; mov rax, [rsp-72]; …
    ("copies", "89f805f40100008906c3", X64, "5748897c24c058488b4424b805f40100008906c3", X64),
    // …             | arguments on the stack: mov eax, [esp+4]; mov edx, [esp+8]; …
    ("arguments", "89f805f40100008906c3", X64, "8b4424048b54240805f40100008902c3", X86),
    // rol eax, 7    | ror w0, w0, #25
    ("rotated", "89f8c1c0078906c3", X64, "00648013200000b9c0035fd6", ARM),
    // xor edi, 0x5bd1e995; mov [rsi+8], edi; … | movz and movk; eor; str w0, [x1, #8]
    (
        "a large number",
        "81f795e9d15b897e0889f8c3",
        X64,
        "a2329d52227aab720000024a200800b9c0035fd6",
        ARM,
    ),
];

#[test]
fn equal_computations_are_equal() {
    for (what, one, of, other, other_of) in EQUAL {
        let (one, other) = (features(one, of), features(other, other_of));
        assert!(one.len() >= 4, "{what}: {one:?}");
        assert_eq!(one, other, "{what}");
    }
}

#[test]
fn a_multiplication_that_divides_is_a_division() {
    // mov ecx, 0xcccccccd; imul rax, rcx; shr rax, 35 | mov w8, #10; udiv w0, w0, w8
    let multiplied = features("89f8b9cdcccccc480fafc148c1e8238906c3", X64);
    let divided = features("480180520008c81a200000b9c0035fd6", ARM);
    assert_eq!(multiplied, divided);
}

#[test]
fn a_condition_and_its_opposite_are_one() {
    // cmp edi, 9; ja over; mov [rsi], 7 | cmp w0, #10; b.cs over; mov w2, #7; str w2, [x1]
    let above = features("83ff097706c70607000000c3", X64);
    let below = features("1f28007162000054e2008052220000b9c0035fd6", ARM);
    assert_eq!(above, below);
}

#[test]
fn the_same_code_elsewhere_has_the_same_exact_hash() {
    for (name, of, code) in BUILDS {
        let code = bytes(code);
        let image = read_raw(&code, of, VirtualAddress(0x7654_3000));
        let moved = fingerprints(&image, &functions(&image));
        assert_eq!(moved[0].exact, fingerprint(&code, of).exact, "{name} {of:?}");
    }
}

#[test]
fn other_code_has_another_exact_hash() {
    let mut hashes: Vec<u64> =
        BUILDS.iter().map(|(_, of, code)| fingerprint(&bytes(code), *of).exact).collect();
    hashes.sort_unstable();
    hashes.dedup();
    // The two orders of bytes of MIPS have the same instructions.
    assert_eq!(hashes.len(), BUILDS.len() - 1);
}

#[test]
fn any_bytes_have_fingerprints_within_bounds() {
    arbtest::arbtest(|u| {
        let code: Vec<u8> = u.arbitrary()?;
        for of in Architecture::PROCESSORS {
            let image = read_raw(&code, of, VirtualAddress(u.arbitrary()?));
            let program = functions(&image);
            let all = fingerprints(&image, &program);
            assert_eq!(all.len(), program.functions.len());
            for one in &all {
                assert!(one.features.len() <= Fingerprint::MOST);
                assert!(one.features.is_sorted_by(|a, b| a < b));
                assert!(one.calls.iter().all(|callee| (*callee as usize) < all.len()));
            }
        }
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn changed_bytes_of_real_code_have_fingerprints() {
    arbtest::arbtest(|u| {
        let (_, of, code) = *u.choose(&BUILDS)?;
        let mut code = bytes(code);
        for _ in 0..u.int_in_range(1..=8)? {
            let at = u.choose_index(code.len())?;
            code[at] = u.arbitrary()?;
        }
        let image = read_raw(&code, of, VirtualAddress(0x40_0000));
        let _all = fingerprints(&image, &functions(&image));
        Ok(())
    })
    .budget_ms(1000);
}
