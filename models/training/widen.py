"""
Copies the weights of a narrower network into the one of network.py; channels that are new start small, so that nothing learnt is lost.

    python3 widen.py narrow/parts.pt work/both.pt
"""
import sys

import torch

from network import Both


def main():
    narrow, net = torch.load(sys.argv[1]), Both()
    wide = net.state_dict()
    for name, fresh in wide.items():
        known = narrow[name]
        if known.shape == fresh.shape:
            wide[name] = known
            continue
        widened = fresh.clone()
        if fresh.ndim == 4:
            widened[:, known.shape[1]:] *= 0.1
        widened[tuple(slice(0, n) for n in known.shape)] = known
        wide[name] = widened
    torch.save(wide, sys.argv[2])


if __name__ == "__main__":
    torch.manual_seed(3)
    main()
