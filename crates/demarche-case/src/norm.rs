//! The norms of international law, and the instruments of states, that options and notes cite.
//!
//! Each is told in one sentence of our own, which shortens it: who relies on a norm reads its text.
//! None of it is legal advice.

/// A norm or instrument, as options and notes cite it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Norm {
    /// By what data and code cite it, such as `ilc-30`.
    pub id: &'static str,
    /// The instrument and the place in it, as a note writes it.
    pub cite: &'static str,
    /// The content, in one sentence of our own.
    pub says: &'static str,
    /// The points on which states or courts differ, or the extent to which it binds, in a sentence; empty if none is
    /// known.
    pub differ: Option<&'static str>,
}

/// Every norm, by id in the order of its letters (so that `ilc-11` comes before `ilc-2`).
///
/// Sources: the texts that each `cite` names.
pub const NORMS: &[Norm] = &[
    Norm {
        id: "au-thematic-2021",
        cite: "Autonomous Sanctions Amendment (Thematic Sanctions) Regulations 2021 (Australia), in force since 21 December 2021",
        says: "Australia may freeze the funds of listed persons and bodies responsible for significant cyber incidents, and bar their entry.",
        differ: Some(
            "It is law of Australia; that a person is listed does not attribute the attack to a state.",
        ),
    },
    Norm {
        id: "budapest-29",
        cite: "Convention on Cybercrime (Budapest, 2001), Article 29",
        says: "A party may ask another to have stored computer data preserved at once, before it asks for their handing over.",
        differ: Some(
            "It binds its parties only, and a party may refuse in the cases which the article names.",
        ),
    },
    Norm {
        id: "budapest-31",
        cite: "Convention on Cybercrime (Budapest, 2001), Article 31",
        says: "A party may ask another to search for, seize and disclose stored computer data within its territory.",
        differ: Some(
            "It binds its parties only, and is answered under the treaties and laws on legal assistance between them.",
        ),
    },
    Norm {
        id: "budapest-35",
        cite: "Convention on Cybercrime (Budapest, 2001), Article 35",
        says: "Each party names a point of contact that is available day and night to give immediate assistance in investigations.",
        differ: Some("It binds its parties only."),
    },
    Norm {
        id: "cri-2023",
        cite: "International Counter Ransomware Initiative, joint statement of 1 November 2023",
        says: "The governments of the initiative said that institutions under their authority should not pay ransoms.",
        differ: Some(
            "It is a statement of policy that binds nobody, and says nothing to private victims.",
        ),
    },
    Norm {
        id: "eu-2019-796",
        cite: "Council Regulation (EU) 2019/796 of 17 May 2019, in force since 18 May 2019",
        says: "The European Union may freeze the funds of listed persons and bodies responsible for or supporting cyber-attacks that threaten it or its member states.",
        differ: Some(
            "It is law of the European Union, open to review by its courts; that a person is listed does not attribute the attack to a state.",
        ),
    },
    Norm {
        id: "eu-2019-797",
        cite: "Council Decision (CFSP) 2019/797 of 17 May 2019",
        says: "The European Union may list persons and bodies for cyber-attacks that threaten it or its member states, and restrict their entry.",
        differ: Some(
            "It is law of the European Union, open to review by its courts; that a person is listed does not attribute the attack to a state.",
        ),
    },
    Norm {
        id: "eu-gdpr-33",
        cite: "Regulation (EU) 2016/679 (General Data Protection Regulation), Article 33, in force since 25 May 2018",
        says: "Whoever is responsible for personal data tells the supervisory authority of a breach within 72 hours, unless a risk to persons is unlikely.",
        differ: Some(
            "It is law of the European Union and is mirrored in the law of the United Kingdom; other states have duties of their own.",
        ),
    },
    Norm {
        id: "eu-nis2-23",
        cite: "Directive (EU) 2022/2555 (NIS 2), Article 23, to be applied since 18 October 2024",
        says: "Essential and important entities send an early warning of a significant incident within 24 hours, a notification within 72 hours and a final report within a month.",
        differ: Some(
            "It binds through the laws of the member states, not all of which were made in time; other states have duties of their own.",
        ),
    },
    Norm {
        id: "iccpr-19",
        cite: "International Covenant on Civil and Political Rights (1966), Article 19",
        says: "Everyone may seek, receive and impart information across frontiers, and restrictions must be provided by law and necessary for an end that the article names.",
        differ: Some("States differ on how far it binds a state outside its own territory."),
    },
    Norm {
        id: "ilc-11",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 11",
        says: "Conduct is an act of a state as far as the state acknowledges and adopts it as its own.",
        differ: None,
    },
    Norm {
        id: "ilc-2",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 2",
        says: "An act of a state is internationally wrongful when it is attributable to the state under international law and breaches an international obligation of it.",
        differ: None,
    },
    Norm {
        id: "ilc-20",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 20",
        says: "An act to which a state has validly consented is not wrongful towards that state, as far as it stays within the consent.",
        differ: None,
    },
    Norm {
        id: "ilc-22",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 22",
        says: "An act is not wrongful if and as far as it is a countermeasure taken against a responsible state under the conditions of the Articles.",
        differ: Some(
            "States differ on whether and how countermeasures apply to conduct in cyberspace.",
        ),
    },
    Norm {
        id: "ilc-25",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 25",
        says: "A state may rely on necessity only where an act is the sole way to safeguard an essential interest against a grave and imminent peril and seriously impairs no essential interest of others.",
        differ: Some("States differ on whether and when necessity can be relied on in cyberspace."),
    },
    Norm {
        id: "ilc-30",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 30",
        says: "The state responsible for a wrongful act must cease it if it continues, and offer assurances of non-repetition if circumstances so require.",
        differ: Some("It is disputed when assurances of non-repetition are owed."),
    },
    Norm {
        id: "ilc-31",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 31",
        says: "The responsible state must make full reparation for the injury that its wrongful act caused.",
        differ: None,
    },
    Norm {
        id: "ilc-4",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 4",
        says: "The conduct of any organ of a state is an act of that state.",
        differ: None,
    },
    Norm {
        id: "ilc-43",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 43",
        says: "An injured state that invokes the responsibility of another gives it notice of the claim, and may say what it should do to cease and what form reparation should take.",
        differ: None,
    },
    Norm {
        id: "ilc-48",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 48",
        says: "A state that is not itself injured may invoke responsibility where the obligation is owed to a group of states that it belongs to, or to the international community as a whole.",
        differ: Some("States differ on which obligations are of this kind."),
    },
    Norm {
        id: "ilc-49",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 49",
        says: "An injured state may take countermeasures only against the responsible state, only to induce it to meet its obligations, and as far as possible so that performance can be resumed.",
        differ: Some(
            "States differ on whether and how countermeasures apply to conduct in cyberspace.",
        ),
    },
    Norm {
        id: "ilc-5",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 5",
        says: "The conduct of a person or body that the law of a state empowers to exercise governmental authority is an act of that state where it acts in that capacity.",
        differ: None,
    },
    Norm {
        id: "ilc-50",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 50",
        says: "Countermeasures leave untouched the prohibition of force, fundamental human rights, humanitarian obligations that forbid reprisals, and peremptory norms.",
        differ: None,
    },
    Norm {
        id: "ilc-51",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 51",
        says: "Countermeasures must be commensurate with the injury suffered, taking into account the gravity of the wrongful act and the rights in question.",
        differ: None,
    },
    Norm {
        id: "ilc-52",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 52",
        says: "Before countermeasures the injured state calls on the responsible state to meet its obligations, notifies its decision and offers to negotiate, but may take urgent measures that preserve its rights.",
        differ: Some("Several states hold that prior notice is not always required in cyberspace."),
    },
    Norm {
        id: "ilc-53",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 53",
        says: "Countermeasures end as soon as the responsible state has met its obligations.",
        differ: None,
    },
    Norm {
        id: "ilc-54",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 54",
        says: "The Articles leave open whether states other than the injured one may take lawful measures to have a wrongful act cease and reparation made.",
        differ: Some(
            "States differ on collective countermeasures: Estonia has spoken for them, France against.",
        ),
    },
    Norm {
        id: "ilc-8",
        cite: "Articles on Responsibility of States (International Law Commission, 2001), Article 8",
        says: "The conduct of persons who act on the instructions of a state, or under its direction or control, is an act of that state.",
        differ: Some(
            "Courts differ on the degree of control: the International Court of Justice asks for effective control of the operation, and an international criminal tribunal has been content with overall control of an organised group.",
        ),
    },
    Norm {
        id: "itu-34",
        cite: "Constitution of the International Telecommunication Union, Article 34",
        says: "Member states reserve the right to stop private telecommunications that appear dangerous to the security of the state or contrary to its laws, public order or decency.",
        differ: Some("How far it reaches traffic on the internet is not settled."),
    },
    Norm {
        id: "itu-35",
        cite: "Constitution of the International Telecommunication Union, Article 35",
        says: "A member state may suspend its international telecommunication service, wholly or in part, provided that it at once notifies the other members through the Secretary-General.",
        differ: Some("How far it reaches traffic on the internet is not settled."),
    },
    Norm {
        id: "tallinn-20",
        cite: "Tallinn Manual 2.0 (2017), Rule 20",
        says: "A state may be entitled to take countermeasures, by cyber means or others, in response to the breach of an obligation that another state owes it.",
        differ: Some(
            "States differ on whether and how countermeasures apply to conduct in cyberspace; the manual is the work of experts and binds nobody.",
        ),
    },
    Norm {
        id: "tallinn-23",
        cite: "Tallinn Manual 2.0 (2017), Rule 23",
        says: "Countermeasures must be proportionate to the injury to which they respond.",
        differ: Some("The manual is the work of experts and binds nobody."),
    },
    Norm {
        id: "tallinn-26",
        cite: "Tallinn Manual 2.0 (2017), Rule 26",
        says: "A state may act on the plea of necessity against acts that are a grave and imminent peril to an essential interest, where this is the sole means of safeguarding it.",
        differ: Some(
            "States differ on whether and when necessity can be relied on in cyberspace; the manual is the work of experts and binds nobody.",
        ),
    },
    Norm {
        id: "tallinn-4",
        cite: "Tallinn Manual 2.0 (2017), Rule 4",
        says: "A state must not conduct cyber operations that violate the sovereignty of another state.",
        differ: Some(
            "States differ: France and the Netherlands hold sovereignty to be a rule that can be breached, the United Kingdom does not see a separate rule; the manual is the work of experts and binds nobody.",
        ),
    },
    Norm {
        id: "tallinn-6",
        cite: "Tallinn Manual 2.0 (2017), Rule 6",
        says: "A state must exercise due diligence in not allowing its territory, or infrastructure under its control, to be used for cyber operations that affect the rights of other states and have serious adverse consequences for them.",
        differ: Some(
            "States differ on whether this is a duty in law or a voluntary norm; the manual is the work of experts and binds nobody.",
        ),
    },
    Norm {
        id: "tallinn-66",
        cite: "Tallinn Manual 2.0 (2017), Rule 66",
        says: "A state may not intervene, by cyber means among others, in the internal or external affairs of another state.",
        differ: Some(
            "That coercion is needed is widely held, what amounts to coercion is disputed; the manual is the work of experts and binds nobody.",
        ),
    },
    Norm {
        id: "tallinn-7",
        cite: "Tallinn Manual 2.0 (2017), Rule 7",
        says: "Due diligence asks a state to take all measures that are feasible in the circumstances to put an end to such operations.",
        differ: Some(
            "States differ on whether this is a duty in law or a voluntary norm; the manual is the work of experts and binds nobody.",
        ),
    },
    Norm {
        id: "tallinn-71",
        cite: "Tallinn Manual 2.0 (2017), Rule 71",
        says: "A state that is the target of a cyber operation that reaches the level of an armed attack may exercise its right of self-defence.",
        differ: Some(
            "States differ on what scale and effects make an armed attack, and on whether attackers who act for no state can make one; the manual is the work of experts and binds nobody.",
        ),
    },
    Norm {
        id: "uk-cyber-2020",
        cite: "The Cyber (Sanctions) (EU Exit) Regulations 2020 (United Kingdom, S.I. 2020/597)",
        says: "The United Kingdom may freeze the assets of designated persons involved in relevant cyber activity, and restrict their entry.",
        differ: Some("It is law of the United Kingdom, open to review by its courts."),
    },
    Norm {
        id: "un-charter-2-3",
        cite: "Charter of the United Nations, Article 2(3)",
        says: "Members settle their international disputes by peaceful means, so that peace, security and justice are not endangered.",
        differ: None,
    },
    Norm {
        id: "un-charter-2-4",
        cite: "Charter of the United Nations, Article 2(4)",
        says: "Members refrain from the threat or use of force against the territorial integrity or political independence of any state.",
        differ: Some("States differ on when an operation in cyberspace is a use of force."),
    },
    Norm {
        id: "un-charter-51",
        cite: "Charter of the United Nations, Article 51",
        says: "A member that suffers an armed attack may defend itself, alone or with others, until the Security Council has taken the measures needed, and reports what it does to the Council at once.",
        differ: Some("States differ on when an operation in cyberspace is an armed attack."),
    },
    Norm {
        id: "ungge-2015-13b",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 13(b)",
        says: "In case of an incident states should consider all relevant information, among it the larger context, the difficulty of attribution, and the nature and extent of the consequences.",
        differ: Some("The norms of the report are voluntary and do not bind."),
    },
    Norm {
        id: "ungge-2015-13c",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 13(c)",
        says: "States should not knowingly allow their territory to be used for internationally wrongful acts using information and communications technology.",
        differ: Some(
            "The norms of the report are voluntary and do not bind; states differ on whether a duty of due diligence in law stands beside this one.",
        ),
    },
    Norm {
        id: "ungge-2015-13d",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 13(d)",
        says: "States should consider how best to cooperate to exchange information, assist each other, and prosecute terrorist and criminal use of information and communications technology.",
        differ: Some("The norms of the report are voluntary and do not bind."),
    },
    Norm {
        id: "ungge-2015-13e",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 13(e)",
        says: "In ensuring the secure use of information and communications technology states should respect human rights on the internet, freedom of expression and privacy among them.",
        differ: Some(
            "The norms of the report are voluntary; the human rights themselves bind under their own treaties.",
        ),
    },
    Norm {
        id: "ungge-2015-13f",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 13(f)",
        says: "States should not conduct or knowingly support activity, contrary to their obligations under international law, that intentionally damages critical infrastructure or impairs its use for the public.",
        differ: Some(
            "The norms of the report are voluntary and do not bind; each state says for itself what infrastructure it holds to be critical.",
        ),
    },
    Norm {
        id: "ungge-2015-13h",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 13(h)",
        says: "States should respond to appropriate requests for assistance by a state whose critical infrastructure is subject to malicious acts, and to requests to mitigate such acts that emanate from their territory, with due regard for sovereignty.",
        differ: Some(
            "The norms of the report are voluntary and do not bind; each state says for itself what infrastructure it holds to be critical.",
        ),
    },
    Norm {
        id: "ungge-2015-13k",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 13(k)",
        says: "States should not harm the information systems of authorised emergency response teams of another state, nor use such teams for malicious international activity.",
        differ: Some("The norms of the report are voluntary and do not bind."),
    },
    Norm {
        id: "ungge-2015-28b",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 28(b)",
        says: "In using information and communications technology states must observe sovereignty, sovereign equality, the settlement of disputes by peaceful means, and non-intervention in the internal affairs of others.",
        differ: Some(
            "States differ on whether sovereignty is by itself a rule that can be breached.",
        ),
    },
    Norm {
        id: "ungge-2015-28f",
        cite: "UN Group of Governmental Experts 2015 (A/70/174), paragraph 28(f)",
        says: "That an activity originates from the territory or infrastructure of a state may by itself not suffice to attribute it to that state, and accusations of wrongful acts should be substantiated.",
        differ: Some(
            "Several states hold that international law knows no general duty to publish the evidence.",
        ),
    },
    Norm {
        id: "ungge-2021-71",
        cite: "UN Group of Governmental Experts 2021 (A/76/135), paragraph 71",
        says: "The Group reaffirmed how international law applies, among it that disputes are settled peacefully, that a state answers for wrongful acts attributable to it, and that accusations should be substantiated.",
        differ: Some(
            "Several states hold that international law knows no general duty to publish the evidence.",
        ),
    },
    Norm {
        id: "us-eo-13687",
        cite: "Executive Order 13687 of 2 January 2015 (United States)",
        says: "The United States may block the property of agencies and officials of the government of North Korea and of those who support them.",
        differ: Some("It is law of the United States."),
    },
    Norm {
        id: "us-eo-13694",
        cite: "Executive Order 13694 of 1 April 2015 (United States), as amended",
        says: "The United States may block the property of persons who engage in significant malicious cyber-enabled activities.",
        differ: Some(
            "It is law of the United States; that a person is listed does not by itself attribute an attack to a state.",
        ),
    },
    Norm {
        id: "us-ofac-2021",
        cite: "Updated Advisory on Potential Sanctions Risks for Facilitating Ransomware Payments (United States, Office of Foreign Assets Control, 21 September 2021)",
        says: "Whoever pays or helps to pay a ransom to the listed may break sanctions without knowing it, and telling the authorities early weighs in their favour.",
        differ: Some(
            "It is guidance on law of the United States; other states forbid payment to the listed by laws of their own.",
        ),
    },
    Norm {
        id: "us-ransom-bans",
        cite: "North Carolina General Statutes, section 143-800 (2021), and Florida Statutes, section 282.3186 (2022)",
        says: "Public bodies of these two states of the United States may not pay ransoms.",
        differ: Some("Most states have no such ban, and private victims are not covered."),
    },
    Norm {
        id: "us-rewards-2708",
        cite: "United States Code, title 22, section 2708, with the Transnational Organized Crime Rewards Program of 15 January 2013",
        says: "The Secretary of State may pay rewards for information that leads to persons of a criminal group across borders, and to attackers on computers who act for a foreign government.",
        differ: Some(
            "It is law of the United States; that a reward is offered does not attribute an attack to a state.",
        ),
    },
    Norm {
        id: "vcdr-2",
        cite: "Vienna Convention on Diplomatic Relations (1961), Article 2",
        says: "Diplomatic relations are established by mutual consent, so that a state may end them.",
        differ: Some("That either side may end them is not said there and is held by all."),
    },
    Norm {
        id: "vcdr-41",
        cite: "Vienna Convention on Diplomatic Relations (1961), Article 41",
        says: "Those who enjoy diplomatic privileges must respect the laws of the receiving state and not interfere in its internal affairs, and the mission must not be used in ways incompatible with its functions.",
        differ: None,
    },
    Norm {
        id: "vcdr-9",
        cite: "Vienna Convention on Diplomatic Relations (1961), Article 9",
        says: "The receiving state may at any time, and without having to explain, declare a member of a diplomatic mission no longer acceptable, whom the sending state then recalls.",
        differ: None,
    },
];

/// The norm of that id, such as `ilc-30`; none where no norm has it.
#[must_use]
pub fn norm(id: &str) -> Option<&'static Norm> {
    NORMS.iter().find(|norm| norm.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_in_order() {
        assert!(NORMS.is_sorted_by(|left, right| left.id < right.id));
    }

    #[test]
    fn each_is_told_in_one_sentence() {
        for norm in NORMS {
            for text in [Some(norm.says), norm.differ].into_iter().flatten() {
                assert!(text.ends_with('.') && !text.contains(". "), "{}: {text}", norm.id);
            }
            assert!(!norm.cite.is_empty() && !norm.cite.ends_with('.'), "{}", norm.id);
        }
    }

    #[test]
    fn a_norm_is_found_by_its_id() {
        assert_eq!(norm("ilc-30").map(|norm| norm.id), Some("ilc-30"));
        assert_eq!(norm("ilc-300"), None);
    }
}
