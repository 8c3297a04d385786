//! BGP messages, and the deprecated record type `BGP` that held them before 2001 (RFC 6396, appendix B.2).

#![warn(clippy::indexing_slicing)]

use demarche_case::Asn;

use super::attributes::Attributes;
use super::bytes::{AsnWidth, Bytes, Family};
use super::nlri;
use super::reader::Reader;
use super::reading::{Other, Reason};
use super::records::{Announcement, Record, Session, State, StateChange, Visitor, Withdrawal};

/// The capabilities of its messages that the two ends of a session agreed on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoding {
    pub(crate) width: AsnWidth,
    /// True if prefixes have a path identifier before them (RFC 7911).
    pub(crate) with_identifiers: bool,
}

/// The parts of an update that say what is announced and withdrawn.
#[derive(Clone, Copy)]
struct Update<'a> {
    record: Record,
    session: Session,
    encoding: Encoding,
    attributes: Attributes<'a>,
}

/// Prefixes of one family.
#[derive(Clone, Copy)]
struct Nlri<'a> {
    family: Family,
    prefixes: Bytes<'a>,
}

impl<V: Visitor> Reader<'_, V> {
    /// A record of the deprecated type; returns the number of bytes left over.
    pub(crate) fn bgp(
        &mut self,
        record: Record,
        subtype: u16,
        mut body: Bytes<'_>,
    ) -> Result<usize, Reason> {
        match subtype {
            1 | 5..=7 => {}
            3 => {
                let session = old_session(&mut body)?;
                self.state_change(record, session, &mut body)?;
                return Ok(body.0.len());
            }
            0 | 2 | 4 => {
                self.reading.note(Other::OldBgp, 1);
                return Ok(0);
            }
            _ => return Err(Reason::Subtype),
        }
        let session = old_session(&mut body)?;
        body.array::<6>().ok_or(Reason::Short)?; // the collector's AS number and address
        match subtype {
            1 => {
                let encoding = Encoding { width: AsnWidth::Two, with_identifiers: false };
                self.update(record, session, body, encoding)?;
            }
            5 => self.reading.note(Other::Open, 1),
            6 => self.reading.note(Other::Notification, 1),
            _ => self.reading.note(Other::Keepalive, 1),
        }
        Ok(0)
    }

    /// A BGP message with its header (RFC 4271, section 4.1).
    pub(crate) fn message(
        &mut self,
        record: Record,
        session: Session,
        bytes: &mut Bytes<'_>,
        encoding: Encoding,
    ) -> Result<(), Reason> {
        let _marker = bytes.array::<16>().ok_or(Reason::Short)?;
        let length = bytes.u16().ok_or(Reason::Short)?;
        let kind = bytes.u8().ok_or(Reason::Short)?;
        let length = usize::from(length).checked_sub(19).ok_or(Reason::Message)?;
        let body = bytes.take(length).ok_or(Reason::Short)?;
        match kind {
            1 => self.reading.note(Other::Open, 1),
            2 => self.update(record, session, body, encoding)?,
            3 => self.reading.note(Other::Notification, 1),
            4 => self.reading.note(Other::Keepalive, 1),
            5 => self.reading.note(Other::RouteRefresh, 1),
            _ => return Err(Reason::Message),
        }
        Ok(())
    }

    pub(crate) fn state_change(
        &mut self,
        record: Record,
        session: Session,
        body: &mut Bytes<'_>,
    ) -> Result<(), Reason> {
        let (from, to) = body.u16().zip(body.u16()).ok_or(Reason::Short)?;
        let from = State::from_number(from).ok_or(Reason::State)?;
        let to = State::from_number(to).ok_or(Reason::State)?;
        self.reading.state_changes += 1;
        self.visitor.state_change(&StateChange { record, session, from, to });
        Ok(())
    }

    /// An update without its header: withdrawals first, as they are read even if the attributes are not.
    fn update(
        &mut self,
        record: Record,
        session: Session,
        mut body: Bytes<'_>,
        encoding: Encoding,
    ) -> Result<(), Reason> {
        let is_end_of_rib = body.0 == [0; 4];
        let length = body.u16().ok_or(Reason::Short)?;
        let withdrawn = body.take(usize::from(length)).ok_or(Reason::Short)?;
        let length = body.u16().ok_or(Reason::Short)?;
        let attributes = body.take(usize::from(length)).ok_or(Reason::Short)?;
        let mut update = Update { record, session, encoding, attributes: Attributes::default() };
        if is_end_of_rib {
            self.reading.note(Other::EndOfRib, 1);
            self.visitor.end_of_table(record, session, false);
        }
        self.withdraw(&update, Nlri { family: Family::V4, prefixes: withdrawn })?;
        // Without any attribute a prefix is not announced (RFC 4271, section 6.3).
        if attributes.is_empty() && !body.is_empty() {
            return Err(Reason::NoAttributes);
        }
        update.attributes = Attributes::read(attributes)?;
        if let Some(nlri) = self.unreachable(&update)? {
            self.withdraw(&update, nlri)?;
        }
        let announced = [Nlri { family: Family::V4, prefixes: body }];
        let multiprotocol = self.reachable(&update)?;
        self.announce(&update, announced.into_iter().chain(multiprotocol))
    }

    /// The prefixes of `MP_UNREACH_NLRI` (RFC 4760, section 4).
    fn unreachable<'a>(&mut self, update: &Update<'a>) -> Result<Option<Nlri<'a>>, Reason> {
        let Some(mut bytes) = update.attributes.mp_unreach else { return Ok(None) };
        let (afi, safi) = bytes.u16().zip(bytes.u8()).ok_or(Reason::Short)?;
        let is_alone = update.attributes.mp_reach.is_none() && update.attributes.as_path.is_none();
        if bytes.is_empty() && is_alone {
            self.reading.note(Other::EndOfRib, 1);
            if let (Some(family), 1) = (Family::from_afi(afi), safi) {
                let is_v6 = family == Family::V6;
                self.visitor.end_of_table(update.record, update.session, is_v6);
            }
        }
        Ok(self.unicast(afi, safi, bytes, !bytes.is_empty()))
    }

    /// The prefixes of `MP_REACH_NLRI` (RFC 4760, section 3).
    fn reachable<'a>(&mut self, update: &Update<'a>) -> Result<Option<Nlri<'a>>, Reason> {
        let Some(mut bytes) = update.attributes.mp_reach else { return Ok(None) };
        let (afi, safi) = bytes.u16().zip(bytes.u8()).ok_or(Reason::Short)?;
        let next_hop = bytes.u8().ok_or(Reason::Short)?;
        bytes.take(usize::from(next_hop)).ok_or(Reason::Short)?;
        let _reserved = bytes.u8().ok_or(Reason::Short)?;
        Ok(self.unicast(afi, safi, bytes, true))
    }

    /// The prefixes if they are of IPv4 or IPv6 unicast; otherwise they are counted, as one.
    fn unicast<'a>(
        &mut self,
        afi: u16,
        safi: u8,
        prefixes: Bytes<'a>,
        counts: bool,
    ) -> Option<Nlri<'a>> {
        match (Family::from_afi(afi), safi) {
            // SAFI 3, both unicast and multicast, was withdrawn with RFC 2858.
            (Some(family), 1 | 3) => return Some(Nlri { family, prefixes }),
            (Some(_), 2) => self.reading.note(Other::Multicast, u64::from(counts)),
            _ => self.reading.note(Other::OtherFamily, u64::from(counts)),
        }
        None
    }

    /// Returns true if prefixes have path identifiers, whether or not their record says so.
    #[inline]
    fn has_identifiers(&mut self, update: &Update<'_>, nlri: Nlri<'_>) -> bool {
        if update.encoding.with_identifiers {
            return true;
        }
        let Update { session, .. } = *update;
        let (family, prefixes) = (nlri.family, nlri.prefixes);
        let is_known = !self.unmarked.is_empty() && self.unmarked.contains(&(session, family));
        let hides = nlri::hides_identifiers(prefixes, family, is_known);
        if hides {
            self.unmarked.insert((session, family));
            self.reading.note(Other::Unmarked, 1);
        }
        hides
    }

    fn withdraw(&mut self, update: &Update<'_>, nlri: Nlri<'_>) -> Result<(), Reason> {
        let Update { record, session, .. } = *update;
        let with_identifiers = self.has_identifiers(update, nlri);
        for read in nlri::prefixes(nlri.prefixes, nlri.family, with_identifiers) {
            let (prefix, path_identifier) = read?;
            self.reading.withdrawals += 1;
            self.visitor.withdrawal(&Withdrawal { record, session, prefix, path_identifier });
        }
        Ok(())
    }

    fn announce<'a>(
        &mut self,
        update: &Update<'_>,
        announced: impl Iterator<Item = Nlri<'a>> + Clone,
    ) -> Result<(), Reason> {
        if announced.clone().all(|nlri| nlri.prefixes.is_empty()) {
            return Ok(());
        }
        let Update { record, session, encoding, attributes } = *update;
        attributes.write_path(encoding.width, &mut self.scratch)?;
        let path = self.paths.intern(&self.scratch)?;
        let mut count = 0;
        let mut outcome = Ok(());
        for nlri in announced {
            let with_identifiers = self.has_identifiers(update, nlri);
            for read in nlri::prefixes(nlri.prefixes, nlri.family, with_identifiers) {
                let (prefix, path_identifier) = match read {
                    Ok(read) => read,
                    Err(reason) => {
                        outcome = Err(reason);
                        break;
                    }
                };
                count += 1;
                let announcement = Announcement { record, session, prefix, path, path_identifier };
                self.visitor.announcement(&announcement, self.paths);
            }
        }
        self.reading.announcements += count;
        let without_path = if attributes.as_path.is_none() { count } else { 0 };
        self.reading.note(Other::WithoutPath, without_path);
        outcome
    }
}

fn old_session(body: &mut Bytes<'_>) -> Result<Session, Reason> {
    let asn = body.u16().ok_or(Reason::Short)?;
    let address = body.address(Family::V4).ok_or(Reason::Short)?;
    Ok(Session { address, asn: Asn(u32::from(asn)) })
}
