//! What a tenant sets for itself lies over what the configuration says.
