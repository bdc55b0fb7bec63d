"The beginning of a program that imports torchvision, whichever wheel of it is installed"
TORCHVISION_OPS = """
import sys
import torch
# a wheel for CUDA beside a PyTorch for CPUs lacks these two
lib = torch.library.Library('torchvision', 'DEF')
for name in (
    'nms(Tensor dets, Tensor scores, float iou_threshold)',
    'qnms(Tensor dets, Tensor scores, float iou_threshold)',
):
    try: lib.define(f'{name} -> Tensor')
    except RuntimeError: pass
"""
