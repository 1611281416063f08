"""The people: users and roles. In: invitations and sign-ins. Out: who may see and do what."""
