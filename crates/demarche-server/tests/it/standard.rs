//! The requirements of the standard that can be tried on a server from outside, and the tests that try them.
//!
//! Source: TAXII 2.1, OASIS Standard of 10 June 2021. Words in capitals are those of RFC 2119.
//! Section 6 (channels) reserves addresses and asks for nothing; section 8.3 is of clients.

/// The sections with what they ask, and the tests by name.
const REQUIREMENTS: [(&str, &str, &[&str]); 62] = [
    (
        "1.6.2",
        "Roots MAY be several, each with its own collections",
        &["s_1_6_2_each_root_that_is_told_can_be_followed_and_has_its_own_collections"],
    ),
    (
        "1.6.7",
        "All is UTF-8 JSON over HTTP",
        &[
            "s_1_6_7_a_connection_goes_on_after_answers_and_errors",
            "s_5_5_objects_are_kept_byte_for_byte",
        ],
    ),
    (
        "1.6.8.1",
        "Resources MUST have the media type application/taxii+json;version=2.1",
        &[
            "s_1_6_8_accept_may_have_parameters_weights_and_no_version",
            "s_3_6_1_errors_have_a_title_and_the_status_as_text",
        ],
    ),
    (
        "1.6.8.2",
        "The parameter `version` is optional; without it the latest version is meant",
        &[
            "s_1_6_8_accept_may_have_parameters_weights_and_no_version",
            "s_3_1_content_type_needs_no_version_and_no_other_is_taken",
        ],
    ),
    (
        "1.6.9",
        "Who is not logged in MUST get 401 with WWW-Authenticate",
        &[
            "s_1_6_9_without_a_login_everything_is_401_with_a_challenge",
            "s_3_6_1_each_status_of_an_error_has_its_resource",
        ],
    ),
    (
        "1.6.9",
        "What is authorised depends on the user alone, and hides the rest",
        &["s_5_3_to_5_8_rights_decide_and_hide", "s_4_1_1_roots_without_a_right_are_not_told"],
    ),
    (
        "2",
        "Timestamps MUST be UTC with six digits of the second; lists MUST NOT be empty",
        &[
            "s_3_2_dates_of_the_first_and_last_object_are_told_also_when_there_is_none",
            "s_7_resources_have_the_properties_of_the_standard_and_no_empty_list",
        ],
    ),
    ("3.1", "Addresses MUST end in a slash", &["s_3_1_an_address_ends_in_a_slash"]),
    (
        "3.1",
        "A media type in Accept that is not defined MUST get 406",
        &[
            "s_3_1_a_media_type_that_is_not_defined_is_406",
            "s_3_1_what_may_not_be_answered_changes_nothing",
        ],
    ),
    (
        "3.1",
        "A Content-Type that is not defined MUST get 415",
        &[
            "s_3_1_content_type_needs_no_version_and_no_other_is_taken",
            "s_3_1_what_may_not_be_answered_changes_nothing",
        ],
    ),
    (
        "3.1",
        "Methods that an address does not define get 405",
        &[
            "s_3_1_a_method_that_is_not_defined_is_405_and_told",
            "s_3_1_each_address_tells_the_methods_that_it_knows_and_takes_no_other",
        ],
    ),
    (
        "3.1",
        "HEAD answers as GET without a body",
        &[
            "s_3_1_head_answers_as_get_without_a_body",
            "s_3_1_each_address_tells_the_methods_that_it_knows_and_takes_no_other",
        ],
    ),
    (
        "3.1",
        "A request MUST be authorised before it is looked at",
        &["rights_are_checked_before_media_types_and_body"],
    ),
    (
        "3.2",
        "X-TAXII-Date-Added-First and -Last MUST be in answers with objects, manifests and versions",
        &[
            "s_3_2_dates_of_the_first_and_last_object_are_told_also_when_there_is_none",
            "s_3_5_pages_by_next_and_by_time_are_the_same_and_end_alike",
        ],
    ),
    (
        "3.3",
        "Objects, records and versions MUST come in ascending order of addition",
        &[
            "s_3_3_objects_come_in_the_order_in_which_they_were_added",
            "s_5_3_1_manifest_records_have_the_order_and_versions_of_the_objects",
            "s_5_5_versions_of_one_batch_are_all_kept_in_the_order_in_which_they_came",
        ],
    ),
    (
        "3.3",
        "Collections MUST come in one order at each request",
        &["s_5_1_collections_are_told_with_rights_in_one_order"],
    ),
    (
        "3.4",
        "A malformed parameter gets 400",
        &["s_3_4_a_malformed_parameter_is_400_at_each_address"],
    ),
    (
        "3.4",
        "`added_after` MUST let through only what was added later",
        &[
            "s_3_4_added_after_is_exclusive_and_loses_nothing_of_one_batch",
            "s_3_4_added_after_is_exact_to_the_microsecond",
        ],
    ),
    (
        "3.4",
        "`limit` MUST be positive, and no page has more; the server MAY send fewer",
        &[
            "s_3_4_a_limit_is_never_exceeded_and_a_huge_one_is_a_limit",
            "s_3_4_a_server_may_send_fewer_than_the_limit_and_says_that_there_is_more",
        ],
    ),
    (
        "3.4",
        "`next` goes on behind the page before, with the same filters",
        &[
            "s_3_5_pages_by_next_have_each_object_once_with_its_filter",
            "s_3_5_pages_by_next_and_by_time_are_the_same_and_end_alike",
        ],
    ),
    (
        "3.4",
        "Unknown parameters are ignored",
        &["s_3_4_1_values_with_commas_are_alternatives_whatever_their_order"],
    ),
    (
        "3.4",
        "Fields are joined by AND, values between commas by OR",
        &[
            "s_3_4_1_matches_are_joined_by_and_and_values_by_or",
            "s_3_4_1_values_with_commas_are_alternatives_whatever_their_order",
        ],
    ),
    (
        "3.4",
        "Times of addition MUST NOT lose an object to a client that pages by time",
        &["s_3_4_times_of_addition_increase_also_when_the_clock_goes_back"],
    ),
    (
        "3.4.1",
        "`match[version]` knows last, first, all and a version; `all` MUST stand alone",
        &[
            "s_3_4_1_versions_are_last_first_all_or_exact",
            "s_3_4_a_malformed_parameter_is_400_at_each_address",
        ],
    ),
    (
        "3.4.1",
        "Without `match[version]` only the latest MUST come, of what other filters let through",
        &[
            "s_3_4_1_versions_are_last_first_all_or_exact",
            "s_3_4_1_the_last_version_is_the_last_of_what_other_filters_let_through",
        ],
    ),
    (
        "3.4.1",
        "Without `match[spec_version]` only the latest version of STIX MUST come",
        &["s_3_4_1_of_two_versions_of_stix_the_later_comes_unless_asked"],
    ),
    (
        "3.5",
        "`more` is true when there is more, and `next` comes with it",
        &[
            "s_3_5_pages_by_next_and_by_time_are_the_same_and_end_alike",
            "s_3_4_a_server_may_send_fewer_than_the_limit_and_says_that_there_is_more",
        ],
    ),
    (
        "3.5",
        "A page MAY be empty when objects went meanwhile",
        &["s_3_5_the_last_page_may_be_empty_when_objects_were_deleted"],
    ),
    (
        "3.6.1",
        "Errors are resources with a title; `http_status` is text",
        &[
            "s_3_6_1_errors_have_a_title_and_the_status_as_text",
            "s_3_6_1_each_status_of_an_error_has_its_resource",
        ],
    ),
    (
        "3.7",
        "The envelope has `objects`, and neither `more` nor `objects` when there is nothing",
        &[
            "s_7_resources_have_the_properties_of_the_standard_and_no_empty_list",
            "s_3_7_a_bundle_is_taken_as_the_envelope_that_it_is_and_never_as_an_object",
        ],
    ),
    (
        "4.1",
        "Discovery is at /taxii2/",
        &["s_4_1_1_roots_are_relative_and_the_default_is_among_them"],
    ),
    (
        "4.1.1",
        "Roots are relative or https; `default` MUST be one of them",
        &[
            "s_4_1_1_roots_are_relative_and_the_default_is_among_them",
            "s_4_1_1_roots_are_absolute_https_addresses_where_a_public_address_is_known",
            "s_4_1_1_a_public_address_is_https",
        ],
    ),
    ("4.1.1", "Roots of others MAY be left out", &["s_4_1_1_roots_without_a_right_are_not_told"]),
    (
        "4.2.1",
        "A root has title, versions and max_content_length",
        &["s_4_2_1_a_root_tells_version_and_greatest_length"],
    ),
    (
        "4.3",
        "A status can be asked for, by its user, for a day at least",
        &["s_4_3_a_status_can_be_asked_for_by_its_user_alone"],
    ),
    (
        "4.3.1",
        "Counts of a status MUST add up",
        &[
            "s_4_3_1_the_counts_of_a_status_add_up",
            "s_4_3_a_status_can_be_asked_for_by_its_user_alone",
        ],
    ),
    (
        "5.1",
        "Collections that the user may use are told with its rights",
        &["s_5_1_collections_are_told_with_rights_in_one_order"],
    ),
    (
        "5.2",
        "A collection that is not there or hidden is 404",
        &[
            "s_5_3_to_5_8_rights_decide_and_hide",
            "s_1_6_2_each_root_that_is_told_can_be_followed_and_has_its_own_collections",
        ],
    ),
    (
        "5.2.1",
        "id, title, can_read, can_write MUST be there; media_types is of STIX",
        &["s_5_2_1_a_collection_has_an_id_an_alias_and_media_types"],
    ),
    (
        "5.2.1",
        "An alias stands for the id, and MUST be unique in its root",
        &[
            "s_5_2_1_an_alias_stands_for_the_id_at_each_address",
            "s_5_2_1_an_alias_is_unique_in_its_root_and_leads_to_the_collection_there",
            "an_alias_is_no_id_of_another_collection",
        ],
    ),
    ("5.3", "Without can_read the manifest MUST be 403", &["s_5_3_to_5_8_rights_decide_and_hide"]),
    (
        "5.3.1",
        "Records have id, date_added, version and media_type",
        &["s_5_3_1_manifest_records_have_the_order_and_versions_of_the_objects"],
    ),
    (
        "5.3.1",
        "The version is modified, else created, else date_added",
        &["s_5_3_1_objects_without_a_version_have_one_of_their_own_by_the_standard"],
    ),
    ("5.4", "Without can_read objects MUST be 403", &["s_5_3_to_5_8_rights_decide_and_hide"]),
    ("5.4", "Objects come as they were added", &["s_5_5_objects_are_kept_byte_for_byte"]),
    ("5.5", "Without can_write adding MUST be 403", &["s_5_3_to_5_8_rights_decide_and_hide"]),
    (
        "5.5",
        "What is added gets 202 with a status",
        &["s_4_3_a_status_can_be_asked_for_by_its_user_alone"],
    ),
    (
        "5.5",
        "What is there already MUST NOT be a failure",
        &["s_5_5_an_exact_duplicate_is_no_failure_and_not_stored_twice"],
    ),
    (
        "5.5",
        "Another object of the same version is not taken",
        &["s_5_5_another_object_of_one_version_is_a_failure_that_is_told"],
    ),
    (
        "5.5",
        "A body above max_content_length MUST get 413, and none below",
        &["s_5_5_a_body_over_the_limit_is_413_and_one_below_never"],
    ),
    (
        "5.5",
        "What cannot be understood gets 400 or 422 and nothing of it is kept",
        &[
            "s_5_5_a_body_that_cannot_be_added_is_4xx_and_stores_nothing",
            "s_3_7_a_bundle_is_taken_as_the_envelope_that_it_is_and_never_as_an_object",
        ],
    ),
    ("5.5", "A packed body gets 415", &["a_packed_body_is_415"]),
    (
        "5.6",
        "An object that is not there is 404; filters are those of section 3.4",
        &["s_5_6_an_object_that_is_not_there_is_404"],
    ),
    ("5.7", "Deleting needs both rights", &["s_5_3_to_5_8_rights_decide_and_hide"]),
    (
        "5.7",
        "A deleted object is gone with all versions, and a second time 404",
        &["s_5_7_a_deleted_object_is_gone_with_all_its_versions"],
    ),
    (
        "5.7",
        "Versions that a filter names are deleted alone",
        &[
            "s_5_7_one_version_can_be_deleted_and_the_one_before_is_the_latest_again",
            "s_5_7_a_version_can_be_deleted_of_one_version_of_stix_or_of_all",
        ],
    ),
    (
        "5.8",
        "Versions are a list of timestamps; unknown objects are 404",
        &[
            "s_5_6_an_object_that_is_not_there_is_404",
            "s_5_5_versions_of_one_batch_are_all_kept_in_the_order_in_which_they_came",
        ],
    ),
    (
        "7",
        "Resources have no property that the standard does not know; those of others are ignored",
        &[
            "s_7_resources_have_the_properties_of_the_standard_and_no_empty_list",
            "s_3_7_a_bundle_is_taken_as_the_envelope_that_it_is_and_never_as_an_object",
        ],
    ),
    ("8.2.1", "A missing User-Agent is no fault", &["s_8_2_1_a_missing_user_agent_is_no_fault"]),
    (
        "8.2.2",
        "HTTP Basic MUST be known",
        &["s_8_2_2_http_basic_takes_the_right_password_and_no_other"],
    ),
    (
        "8.2.2",
        "HTTPS MUST be TLS 1.2 or later, without 0-RTT and weak suites",
        &[
            "s_8_2_2_tls_1_2_and_1_3_are_spoken_without_early_data_and_http_stays_away",
            "s_8_2_2_older_tls_and_weak_suites_are_refused",
        ],
    ),
    (
        "8.2.2",
        "Nothing is served in the open",
        &[
            "s_8_2_2_nothing_is_served_in_the_open_off_the_machine",
            "s_8_2_2_without_tls_nothing_is_said_of_it",
        ],
    ),
];

#[test]
fn each_requirement_of_the_standard_has_a_test() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts: Vec<_> = files.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for (section, requirement, tests) in REQUIREMENTS {
        for test in tests {
            let head = format!("#[test]\nfn {test}() {{");
            assert!(
                texts.iter().any(|text| text.contains(&head)),
                "{section}: {requirement}: {test}"
            );
        }
    }
}
