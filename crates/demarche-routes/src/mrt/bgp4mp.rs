//! Messages and states of sessions, of types `BGP4MP` and `BGP4MP_ET`
//! (RFC 6396, section 4.4; RFC 8050, section 3).

#![warn(clippy::indexing_slicing)]

use demarche_case::Asn;

use super::bgp::Encoding;
use super::bytes::{AsnWidth, Bytes, Family};
use super::reader::Reader;
use super::reading::{Other, Reason};
use super::records::{Record, Session, Visitor};

/// A state change as early Zebra wrote it: two AS numbers and two states, without interface and addresses.
const ZEBRA_STATE_CHANGE: usize = 8;

impl<V: Visitor> Reader<'_, V> {
    /// Returns the number of bytes left over.
    pub(crate) fn bgp4mp(
        &mut self,
        record: Record,
        subtype: u16,
        mut body: Bytes<'_>,
    ) -> Result<usize, Reason> {
        let (width, with_identifiers) = match subtype {
            0 | 1 | 6 => (AsnWidth::Two, false),
            4 | 5 | 7 => (AsnWidth::Four, false),
            8 | 10 => (AsnWidth::Two, true),
            9 | 11 => (AsnWidth::Four, true),
            2 | 3 => {
                self.reading.note(Other::OldSnapshot, 1);
                return Ok(0);
            }
            _ => return Err(Reason::Subtype),
        };
        if lacks_addresses(subtype, body) {
            self.reading.note(Other::WithoutAddresses, 1);
            return Ok(0);
        }
        let session = session(&mut body, width)?;
        if matches!(subtype, 0 | 5) {
            self.state_change(record, session, &mut body)?;
            return Ok(body.0.len());
        }
        self.message(record, session, &mut body, Encoding { width, with_identifiers })?;
        Ok(body.0.len())
    }
}

/// Returns true if this is a record of early Zebra that says nothing of the session but its AS numbers.
fn lacks_addresses(subtype: u16, body: Bytes<'_>) -> bool {
    let is_state_change = subtype == 0 && body.0.len() == ZEBRA_STATE_CHANGE;
    let marker = body.0.get(4..20);
    is_state_change || (subtype == 1 && marker.is_some_and(|marker| *marker == [0xff; 16]))
}

fn session(body: &mut Bytes<'_>, width: AsnWidth) -> Result<Session, Reason> {
    let asn = body.asn(width).ok_or(Reason::Short)?;
    let _local_asn = body.asn(width).ok_or(Reason::Short)?;
    let _interface = body.u16().ok_or(Reason::Short)?;
    let afi = body.u16().ok_or(Reason::Short)?;
    let family = Family::from_afi(afi).ok_or(Reason::Family)?;
    let address = body.address(family).ok_or(Reason::Short)?;
    let _local_address = body.address(family).ok_or(Reason::Short)?;
    Ok(Session { address, asn: Asn(asn) })
}
