"""The quota sources, one file or folder each; `ALL` lists them."""
