//! The resources that describe the server, its roots and its collections.
//!
//! Source: TAXII 2.1, sections 4.1.1, 4.2.1, 5.1.1 and 5.2.1.

use serde::Serialize;

use super::Inner;
use super::answer::{Answer, MEDIA_TYPE};
use super::route::Endpoint;
use crate::envelope::SpecVersion;
use crate::store::{Seen, User};

#[derive(Serialize)]
struct Discovery<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    api_roots: Vec<String>,
}

#[derive(Serialize)]
struct ApiRoot<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    versions: [&'static str; 1],
    max_content_length: u64,
}

#[derive(Serialize)]
struct Collections<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    collections: Vec<CollectionResource<'a>>,
}

/// A collection as a user sees it.
#[derive(Serialize)]
pub(crate) struct CollectionResource<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<&'a str>,
    can_read: bool,
    can_write: bool,
    media_types: [&'static str; 2],
}

impl Inner {
    /// Discovery, a root, a list of collections or a status; of roots and collections, those with a right to them.
    pub(crate) fn information(&self, endpoint: &Endpoint, user: &User) -> Result<Answer, Answer> {
        let information = match endpoint {
            Endpoint::Status { root, id } => {
                let id = id.to_ascii_lowercase();
                let status = self.store.read(|reader| reader.status(user.number, root, &id));
                status
                    .map(|status| status.map(|status| Answer::json(hyper::StatusCode::OK, status)))
            }
            Endpoint::Collections { root } => {
                self.store.read(|reader| reader.collections(user.number, root)).map(|seen| {
                    let collections = seen.iter().map(|seen| self.collection(seen)).collect();
                    (!seen.is_empty()).then(|| Answer::resource(&Collections { collections }))
                })
            }
            Endpoint::Root { root: name } => {
                self.store.read(|reader| reader.roots(user.number)).map(|roots| {
                    let root = roots.iter().find(|root| root.name == *name)?;
                    Some(Answer::resource(&ApiRoot {
                        title: &root.title,
                        description: root.description.as_deref(),
                        versions: [MEDIA_TYPE],
                        max_content_length: self.limits.max_content_length,
                    }))
                })
            }
            _ => self.store.read(|reader| reader.roots(user.number)).map(|roots| {
                let base = self.about.public_url.as_deref().unwrap_or("").trim_end_matches('/');
                let url = |root: &crate::Root| format!("{base}/{}/", root.name);
                Some(Answer::resource(&Discovery {
                    title: &self.about.title,
                    description: self.about.description.as_deref(),
                    contact: self.about.contact.as_deref(),
                    default: roots.first().map(url),
                    api_roots: roots.iter().map(url).collect(),
                }))
            }),
        };
        information.map_err(|error| Answer::broken(&error))?.ok_or_else(Answer::not_found)
    }

    pub(crate) fn collection<'a>(&self, seen: &'a Seen) -> CollectionResource<'a> {
        CollectionResource {
            id: &seen.collection.id,
            title: &seen.collection.title,
            description: seen.collection.description.as_deref(),
            alias: seen.collection.alias.as_deref(),
            can_read: seen.rights.read,
            can_write: seen.rights.write,
            media_types: [SpecVersion::V21.media_type(), SpecVersion::V20.media_type()],
        }
    }
}
