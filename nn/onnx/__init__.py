"""Networks as ONNX files, which other programs run: `nn.export_onnx`."""

from nn.onnx.export import export_onnx

__all__ = ["export_onnx"]
