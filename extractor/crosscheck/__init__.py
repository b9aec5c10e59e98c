"""What is right, what is wrong, and how sure: identities, localisation, claims, shape."""
