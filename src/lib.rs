//! mixed-movements: statistics that know what may be added.
