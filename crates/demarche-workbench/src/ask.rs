//! A request as the pages see it.

/// The two methods that pages need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Looks at something, and changes nothing.
    Get,
    /// Changes something.
    Post,
}

/// A file that a browser sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The name that it has at the sender's, which nobody has checked.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The fields of a query or a form, in their order; a name may stand several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// The files of the form.
    pub files: Vec<Sent>,
}

impl Form {
    /// Reads `name=value&name=value`.
    #[must_use]
    pub fn read(text: &[u8]) -> Self {
        let fields = form_urlencoded::parse(text).into_owned().collect();
        Self { fields, files: Vec::new() }
    }

    /// Adds a field.
    pub fn add(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// The first value of a name, without the spaces around it; empty where there is none.
    #[must_use]
    pub fn first(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The first value as it was sent.
    #[must_use]
    pub fn exact(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(of, _)| of == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// All values of a name, in their order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.fields.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// All fields with something in them, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let filled = self.fields.iter().filter(|(_, value)| !value.is_empty());
        filled.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// True if there is a field of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(of, _)| of == name)
    }
}

/// The person who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// The name, for the log.
    pub name: String,
    /// The text that every form of this person carries; see [`crate::guard`].
    pub form: String,
    /// True for a user who logged in, and can log out.
    pub is_user: bool,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The person who asks.
    pub by: Asker,
    /// The kind of request.
    pub method: Method,
    /// The parts of the path, decoded: `["sony-2014", "evidence"]`.
    pub path: Vec<String>,
    /// The query behind the path.
    pub query: Form,
    /// The fields of a form; empty for [`Method::Get`].
    pub form: Form,
    /// True if a script asks for the main part of a page alone.
    pub is_fragment: bool,
}

impl Ask {
    /// A look at a path with a query, such as `/sony-2014/attribution?without=e1`.
    #[must_use]
    pub fn get(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            by: Asker::default(),
            method: Method::Get,
            path: segments(path),
            query: Form::read(query.as_bytes()),
            form: Form::default(),
            is_fragment: false,
        }
    }

    /// A form sent to a path.
    #[must_use]
    pub fn post(path: &str, form: Form) -> Self {
        Self { method: Method::Post, form, ..Self::get(path) }
    }

    /// The parts of the path as they are compared.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}

/// The parts of a path between its slashes, decoded; empty ones are left out.
fn segments(path: &str) -> Vec<String> {
    let decoded = |part: &str| {
        // A part is decoded as the name of a field, in which a plus sign would be a space.
        let part = part.replace('+', "%2B");
        let mut fields = form_urlencoded::parse(part.as_bytes());
        fields.next().map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    path.split('/').filter(|part| !part.is_empty()).map(decoded).collect()
}
