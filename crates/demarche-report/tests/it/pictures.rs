//! Everything as files to look at.

use std::fs;
use std::path::Path;

use demarche_report::{
    svg_of_cuts, svg_of_dependency, svg_of_located, svg_of_map, svg_of_power, to_html,
};

use crate::fixtures::{large, small};

#[test]
fn everything_is_written_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    for (name, assessment) in [("small", small()), ("large", large(7))] {
        let routes = assessment.routes.as_ref().unwrap();
        write(&format!("{name}.html"), &to_html(&assessment));
        write(&format!("{name}-map.svg"), &svg_of_map(routes));
        write(
            &format!("{name}-dep.svg"),
            &svg_of_dependency(&routes.target, &routes.dependencies[0]),
        );
        write(&format!("{name}-cuts.svg"), &svg_of_cuts(&routes.target, &routes.cuts));
        write(
            &format!("{name}-power.svg"),
            &svg_of_power(&routes.target, routes.power.as_ref().unwrap()),
        );
        write(&format!("{name}-located.svg"), &svg_of_located(&routes.located));
    }
}
