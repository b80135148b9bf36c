"""What people do about what they are told: one function each, the only writers of this app."""
