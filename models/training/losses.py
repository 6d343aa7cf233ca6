"""What the heads are trained for."""
import torch
import torch.nn.functional as F

from network import ANCHORS


def evidence_loss(maps, target):
    """Binary cross-entropy of every cell that is to be judged; cells with a defect count as much as the many without."""
    loss = F.binary_cross_entropy_with_logits(maps, target.clamp(min=0), reduction="none")
    defect, bare = target == 1, target == 0
    # The hardest of the bare cells teach; the rest are long known.
    focus = (torch.sigmoid(maps.detach()) - target.clamp(min=0)).abs() ** 1.5
    return (loss * defect).sum() / defect.sum().clamp(min=1) + 30 * (loss * focus * bare).sum() / bare.sum()


def tag_loss(scores, tags):
    known = tags >= 0
    return F.cross_entropy(scores[known], tags[known], label_smoothing=0.01) if known.any() else scores.sum() * 0


def grid_loss(raw, target, calibrate=False):
    """
    YOLOv2's loss, with cross-entropy for everything that is a probability. calibrate: every place counts alike, so that objectness becomes
    the share of such places that hold a defect; otherwise the hard ones count more, which learns faster.
    """
    n, _, rows, columns = raw.shape
    p = raw.view(n, 5, 9, rows, columns).permute(0, 1, 3, 4, 2)
    responsible = target[..., 0]
    hit, free = responsible == 1, responsible == 0
    hits = hit.sum().clamp(min=1)
    objects = F.binary_cross_entropy_with_logits(p[..., 4], responsible.clamp(min=0), reduction="none")
    if calibrate:
        loss = (objects * (hit | free)).sum() / hits
    else:
        focus = torch.sigmoid(p[..., 4].detach())
        loss = (objects * hit).sum() / hits + 60 * (objects * focus * free).sum() / free.sum()
    if hit.any():
        q, t = p[hit], target[hit]
        center = F.binary_cross_entropy_with_logits(q[:, :2], t[:, 1:3], reduction="none").sum(1)
        size = F.smooth_l1_loss(q[:, 2:4], t[:, 3:5], reduction="none", beta=0.2).sum(1)
        tag = F.cross_entropy(q[:, 5:], t[:, 5].long(), reduction="none")
        loss = loss + (center * 0.5 + size * 2 + tag).mean() + iou_loss(q, t, hit)
    return loss


def iou_loss(q, t, hit):
    """1 - IoU of the boxes that answer, in cells."""
    anchors = torch.tensor(ANCHORS).view(5, 2)[hit.nonzero()[:, 1]]

    def corners(center, size):
        return center - size / 2, center + size / 2

    size, wanted_size = torch.exp(q[:, 2:4].clamp(max=4)) * anchors, torch.exp(t[:, 3:5]) * anchors
    low, high = corners(torch.sigmoid(q[:, :2]), size)
    wanted_low, wanted_high = corners(t[:, 1:3], wanted_size)
    shared = (torch.minimum(high, wanted_high) - torch.maximum(low, wanted_low)).clamp(min=0).prod(1)
    return (1 - shared / (size.prod(1) + wanted_size.prod(1) - shared)).mean()
