"""The live line to browsers and other clients."""
