//! STIX 2.0 and 2.1 bundles as they are read; nothing in them is trusted.
