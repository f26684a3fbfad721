"""Walking: the network of streets, and how far it is along it."""
