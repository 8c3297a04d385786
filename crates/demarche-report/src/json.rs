use demarche_case::assessment::Assessment;

/// The whole assessment as JSON, indented, ending in a line feed; the same assessment gives the same bytes.
///
/// # Errors
///
/// Only what the serialiser itself may say; no value of an assessment is known to have no JSON.
pub fn to_json(assessment: &Assessment) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(assessment)?;
    text.push('\n');
    Ok(text)
}
