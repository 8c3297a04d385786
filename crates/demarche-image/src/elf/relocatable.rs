use super::Class;
use super::header::Headers;
use crate::gaps::Gaps;
use crate::{Architecture, Image};
pub(super) fn read<'data, C: Class>(
    _headers: &Headers<'data, C>,
    _architecture: Architecture,
    _gaps: Gaps,
) -> Image<'data> {
    todo!()
}
