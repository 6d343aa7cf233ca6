"""One small backbone, two heads."""
import torch
from torch import nn
import torch.nn.functional as F

# Custom Vision's five anchors, as width and height in cells of 32 pixels.
ANCHORS = [0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828]


def block(inputs, outputs, kernel=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = block(channels, channels)

    def forward(self, x):
        return x + self.body(x)


class Backbone(nn.Module):
    """[N,3,H,W] RGB 0..1 to maps of 72 channels at 1/16 and 112 at 1/32."""

    def __init__(self):
        super().__init__()
        # A wide first kernel: hairlines arrive half a pixel to one and a half wide and must not fall between the strides.
        self.fine = nn.Sequential(block(3, 24, 5, 2), block(24, 32, 3, 2), block(32, 48, 3, 2), Residual(48))
        self.middle = nn.Sequential(block(48, 72, 3, 2), Residual(72))
        self.coarse = nn.Sequential(block(72, 112, 3, 2), Residual(112), Residual(112))

    def forward(self, x):
        middle = self.middle(self.fine(x))
        return middle, self.coarse(middle)


class Classifier(nn.Module):
    """
    A map of evidence for each defect at 1/16, of which the strongest place counts: a hairline is small, and a mean would drown it.
    The good part's score is a constant that the defects have to beat.
    """

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.context = nn.ConvTranspose2d(112, 72, 2, 2)
        self.evidence = nn.Conv2d(72, 4, 1)
        self.gain = nn.Parameter(torch.ones(4))
        self.bias = nn.Parameter(torch.zeros(4))

    def maps(self, middle, coarse):
        return self.evidence(F.relu(middle + self.context(coarse)))

    def scores(self, maps):
        strongest = F.adaptive_max_pool2d(maps, 1).flatten(1)
        return torch.cat([torch.zeros_like(strongest[:, :1]), strongest * self.gain + self.bias], 1)

    def forward(self, x):
        return self.scores(self.maps(*self.backbone(x)))


class Detector(nn.Module):
    """[N,45,H/32,W/32]: for each of five anchors x, y, w, h, objectness and four class scores, raw (YOLOv2)."""

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.head = nn.Conv2d(112, 45, 1)

    def forward(self, x):
        return self.head(self.backbone(x)[1])


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.classifier = Classifier(self.backbone)
        self.detector = Detector(self.backbone)
        nn.init.constant_(self.classifier.evidence.bias, -3)
        with torch.no_grad():
            self.detector.head.bias.view(5, 9)[:, 4] = -4
            self.detector.head.bias.view(5, 9)[:, :4] = 0

    def forward(self, x):
        middle, coarse = self.backbone(x)
        return self.classifier.maps(middle, coarse), self.detector.head(coarse)
