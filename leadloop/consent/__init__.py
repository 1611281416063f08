"""Permissions by contact point, with evidence; what was revoked stays revoked. Outlives the lead."""
