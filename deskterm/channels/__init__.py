"""The porch: one module or package per channel; each knows its wire and `desk.post`, nothing else."""
