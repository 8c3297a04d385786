//! BGP tables: who depends on whom, who can cut whom off, and what a cut would hit.
