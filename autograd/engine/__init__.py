"""The engine: tensors, operations, the record, and the sweeps over it."""
