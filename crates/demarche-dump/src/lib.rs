//! Opens what was leaked: mailboxes, messages, archives and documents in each other, within limits.
