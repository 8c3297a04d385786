//! Everything as files, to be checked by a reader and looked at by a person.

use std::fs;
use std::path::Path;

use demarche_report::{
    evaluation_html, evaluation_markdown, note, precedents_html, svg_of_cuts, svg_of_dependency,
    svg_of_forgery, svg_of_located, svg_of_map, svg_of_matrix, svg_of_power, svg_of_ranking,
    svg_of_reliability, svg_of_sensitivity, to_html, to_json,
};

use crate::fixtures::{country, large, small};
use crate::judged::{contested, evaluation, judged, unjudged};

/// Every output of a small and a large assessment, by file name.
pub(crate) fn everything() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (name, assessment) in [("small", small()), ("large", large(7))] {
        let routes = assessment.routes.as_ref().unwrap();
        let mut add = |end: &str, text: String| files.push((format!("{name}{end}"), text));
        add(".html", to_html(&assessment));
        add("-map.svg", svg_of_map(routes));
        add("-dependency.svg", svg_of_dependency(&routes.target, &routes.dependencies[0]));
        add("-cuts.svg", svg_of_cuts(&routes.target, &routes.cuts));
        add("-power.svg", svg_of_power(&routes.target, routes.power.as_ref().unwrap()));
        add("-located.svg", svg_of_located(&routes.located));
        for code in ["CN", "TH", "KP"] {
            let note = note(&assessment, country(code));
            add(&format!("-note-{code}.html"), note.html);
            add(&format!("-note-{code}.md"), note.markdown);
        }
    }
    for (name, assessment) in
        [("judged", judged()), ("unjudged", unjudged()), ("contested", contested())]
    {
        let findings = assessment.attribution.as_ref().unwrap();
        let mut add = |end: &str, text: String| files.push((format!("{name}{end}"), text));
        add(".html", to_html(&assessment));
        add("-ranking.svg", svg_of_ranking(findings));
        add("-matrix.svg", svg_of_matrix(findings, &assessment.case));
        add("-sensitivity.svg", svg_of_sensitivity(findings, &assessment.case));
        for code in ["CN", "TH", "KP"] {
            let note = note(&assessment, country(code));
            add(&format!("-note-{code}.html"), note.html);
            add(&format!("-note-{code}.md"), note.markdown);
        }
    }
    files.push(("weighed.html".to_owned(), to_html(&crate::weighed::weighed())));
    let responses = crate::responses::everything(&crate::weighed::responses());
    files.extend(responses.into_iter().map(|(end, text)| (format!("responses{end}"), text)));
    let crowded = crate::responses::everything(&crate::weighed::crowded());
    files.extend(crowded.into_iter().map(|(end, text)| (format!("crowded{end}"), text)));
    let evaluation = evaluation();
    let test = &evaluation.actors[0];
    files.push(("evaluation.html".to_owned(), evaluation_html(&evaluation)));
    files.push(("evaluation.md".to_owned(), evaluation_markdown(&evaluation)));
    files.push(("reliability.svg".to_owned(), svg_of_reliability(&test.reliability)));
    files.push(("forgery.svg".to_owned(), svg_of_forgery(&test.forgery)));
    let precedents = crate::precedents::precedents();
    files.push(("precedents.html".to_owned(), precedents_html(&precedents, None, &[])));
    files.extend(crate::shared_code::pages());
    let exposures = [
        ("exposure", crate::exposure::exposure()),
        ("exposure-empty", crate::exposure::empty_exposure()),
        ("exposure-huge", crate::exposure::huge_exposure()),
    ];
    for (name, findings) in exposures {
        let drawn = crate::exposure::everything(&findings);
        files.extend(drawn.into_iter().map(|(end, text)| (format!("{name}{end}"), text)));
    }
    files
}

/// They lie in `target/tmp/pictures` afterwards.
#[test]
fn everything_is_written_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in everything() {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::write(folder.join("small.json"), to_json(&small()).unwrap()).unwrap();
}
