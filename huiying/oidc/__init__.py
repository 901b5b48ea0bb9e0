"""Signs people in at an identity provider (OpenID Connect): asks it, and believes only what it has signed."""
