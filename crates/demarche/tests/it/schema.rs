//! The schemas in `docs/schema`, which are made from the types.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::answer::{
    ActorsRankAnswer, ActorsShowAnswer, Answer, ClusterAnswer, ConvertAnswer, CutAnswer,
    DependAnswer, HegemonyAnswer, ImportAnswer, InitAnswer, LocateAnswer, MergeAnswer, NoteAnswer,
    OptionsWeighAnswer, PackChecked, PackList, PartialAnswer, PowerAnswer, PrecedentsAnswer,
    SealAnswer,
};
use demarche_case::assessment::evaluation::Evaluation;
use demarche_case::assessment::watch::{WatchFindings, WatchMinute};
use demarche_case::{AnnexVerification, NoteAnnex, Verification};
use demarche_compare::psi::CompareAnswer;
use demarche_exchange::answer::{CheckAnswer, ExportAnswer, MatchAnswer, ShareImportAnswer};
use demarche_library::answer::{AddAnswer, DoctorAnswer, ListAnswer, ShowAnswer};
use demarche_library::catalogue::{CatalogueAnswer, Downloads, FetchAnswer, PlanAnswer};
use demarche_server::{PullAnswer, PushAnswer};
use expect_test::expect_file;
use schemars::{JsonSchema, schema_for};

fn text<T: JsonSchema>() -> String {
    let schema = schema_for!(T);
    format!("{}\n", serde_json::to_string_pretty(&schema).unwrap())
}

#[test]
fn schemas_are_those_of_the_types() {
    expect_file!["../../../../docs/schema/routes-watch.json"]
        .assert_eq(&text::<Answer<WatchFindings>>());
    expect_file!["../../../../docs/schema/routes-watch-minute.json"]
        .assert_eq(&text::<WatchMinute>());
    expect_file!["../../../../docs/schema/actors-evaluate.json"]
        .assert_eq(&text::<Answer<Evaluation>>());
    expect_file!["../../../../docs/schema/actors-rank.json"]
        .assert_eq(&text::<Answer<ActorsRankAnswer>>());
    expect_file!["../../../../docs/schema/actors-show.json"]
        .assert_eq(&text::<Answer<ActorsShowAnswer>>());
    expect_file!["../../../../docs/schema/assessment.json"].assert_eq(&text::<Assessment>());
    expect_file!["../../../../docs/schema/partial.json"]
        .assert_eq(&text::<Answer<PartialAnswer>>());
    expect_file!["../../../../docs/schema/merge.json"].assert_eq(&text::<Answer<MergeAnswer>>());
    expect_file!["../../../../docs/schema/cluster.json"]
        .assert_eq(&text::<Answer<ClusterAnswer>>());
    expect_file!["../../../../docs/schema/doctor.json"].assert_eq(&text::<Answer<DoctorAnswer>>());
    expect_file!["../../../../docs/schema/downloads.json"].assert_eq(&text::<Downloads>());
    expect_file!["../../../../docs/schema/library-add.json"]
        .assert_eq(&text::<Answer<AddAnswer>>());
    expect_file!["../../../../docs/schema/library-list.json"]
        .assert_eq(&text::<Answer<ListAnswer>>());
    expect_file!["../../../../docs/schema/library-show.json"]
        .assert_eq(&text::<Answer<ShowAnswer>>());
    expect_file!["../../../../docs/schema/library-fetch.json"]
        .assert_eq(&text::<Answer<FetchAnswer>>());
    expect_file!["../../../../docs/schema/library-fetch-list.json"]
        .assert_eq(&text::<Answer<CatalogueAnswer>>());
    expect_file!["../../../../docs/schema/library-fetch-dry-run.json"]
        .assert_eq(&text::<Answer<PlanAnswer>>());
    expect_file!["../../../../docs/schema/pack-make.json"].assert_eq(&text::<Answer<PackList>>());
    expect_file!["../../../../docs/schema/pack-check.json"]
        .assert_eq(&text::<Answer<PackChecked>>());
    expect_file!["../../../../docs/schema/init.json"].assert_eq(&text::<Answer<InitAnswer>>());
    expect_file!["../../../../docs/schema/import.json"].assert_eq(&text::<Answer<ImportAnswer>>());
    expect_file!["../../../../docs/schema/share-check.json"]
        .assert_eq(&text::<Answer<CheckAnswer>>());
    expect_file!["../../../../docs/schema/share-export.json"]
        .assert_eq(&text::<Answer<ExportAnswer>>());
    expect_file!["../../../../docs/schema/share-import.json"]
        .assert_eq(&text::<Answer<ShareImportAnswer>>());
    expect_file!["../../../../docs/schema/share-match.json"]
        .assert_eq(&text::<Answer<MatchAnswer>>());
    expect_file!["../../../../docs/schema/share-pull.json"]
        .assert_eq(&text::<Answer<PullAnswer>>());
    expect_file!["../../../../docs/schema/share-push.json"]
        .assert_eq(&text::<Answer<PushAnswer>>());
    expect_file!["../../../../docs/schema/share-compare-read.json"]
        .assert_eq(&text::<Answer<CompareAnswer>>());
    expect_file!["../../../../docs/schema/note.json"].assert_eq(&text::<Answer<NoteAnswer>>());
    expect_file!["../../../../docs/schema/options-precedents.json"]
        .assert_eq(&text::<Answer<PrecedentsAnswer>>());
    expect_file!["../../../../docs/schema/options-weigh.json"]
        .assert_eq(&text::<Answer<OptionsWeighAnswer>>());
    expect_file!["../../../../docs/schema/note-annex.json"].assert_eq(&text::<NoteAnnex>());
    expect_file!["../../../../docs/schema/routes-convert.json"]
        .assert_eq(&text::<Answer<ConvertAnswer>>());
    expect_file!["../../../../docs/schema/routes-cut.json"].assert_eq(&text::<Answer<CutAnswer>>());
    expect_file!["../../../../docs/schema/routes-depend.json"]
        .assert_eq(&text::<Answer<DependAnswer>>());
    expect_file!["../../../../docs/schema/routes-hegemony.json"]
        .assert_eq(&text::<Answer<HegemonyAnswer>>());
    expect_file!["../../../../docs/schema/routes-locate.json"]
        .assert_eq(&text::<Answer<LocateAnswer>>());
    expect_file!["../../../../docs/schema/routes-power.json"]
        .assert_eq(&text::<Answer<PowerAnswer>>());
    expect_file!["../../../../docs/schema/seal.json"].assert_eq(&text::<Answer<SealAnswer>>());
    expect_file!["../../../../docs/schema/verify-note.json"]
        .assert_eq(&text::<Answer<AnnexVerification>>());
    expect_file!["../../../../docs/schema/verify.json"].assert_eq(&text::<Answer<Verification>>());
}
