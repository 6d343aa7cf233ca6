using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Finds where a part lies against a known look, and lays its picture over that look. Holds scratch memory; not thread-safe.
/// Allocates nothing after it is made.
/// </summary>
/// <remarks>
/// Image alignment by the inverse compositional method (Baker and Matthews, "Lucas-Kanade 20 Years On: A Unifying Framework", 2004) with a
/// shift and a turn, first on the coarsest grid, then on the next finer one. What the light does to the whole picture (a factor and an
/// offset) is taken out at each step. The more a cell differs among good parts, the less it counts. The placer weakly assumes that a part
/// has not moved, so that a movement that can't be seen, such as the turn of a disc, is found as zero.
/// </remarks>
internal sealed class LookPlacer
{
    // A cell may differ by so many grey levels from part to part without any cause.
    public const float LeastDeviation = 4;

    private const int MostSteps = 6;

    // A step of a smaller shift and turn than this ends the search; in cells and radians.
    private const double SmallShift = 0.02, SmallTurn = 0.0005;

    // How far a part is assumed to lie from the reference before its picture is seen: a share of the picture's width, and radians.
    private const double BelievedShift = 0.25, BelievedTurn = 0.5;

    private readonly LookGrid _look = new();
    private readonly Level[] _levels;
    private readonly float[] _laid = new float[PictureSample.Rows * PictureSample.Columns];
    private readonly double _width, _height;

    /// <param name="look">Means of the finest grid.</param>
    /// <param name="deviations">How much each of these cells differs among good parts, in grey levels.</param>
    /// <param name="width">Pixels of the pictures.</param>
    /// <param name="height">Rows of the pictures.</param>
    public LookPlacer(ReadOnlySpan<float> look, ReadOnlySpan<float> deviations, int width, int height)
    {
        (_width, _height) = (width, height);
        _look.Take(look);
        var spread = new LookGrid();
        spread.Take(deviations);
        _levels = [new Level(_look, spread, 2, width, height), new Level(_look, spread, 1, width, height)];
    }

    /// <summary>
    /// The picture laid over the look, in grey levels; not a number where the picture has nothing. Valid until the next <see cref="Lay"/>.
    /// </summary>
    public ReadOnlySpan<float> Laid => _laid;

    /// <summary>Finds the place of a part.</summary>
    public PartPlace Find(LookGrid picture)
    {
        var at = new Pose(1, 0, 0, 0);
        foreach (Level level in _levels)
        {
            for (int step = 0; step < MostSteps && level.Step(picture, ref at, _width, _height); step++)
            {
            }
        }
        return new PartPlace(at.X, at.Y, Math.Atan2(at.Sin, at.Cos) * 180 / Math.PI);
    }

    /// <summary>Lays a picture over the look, as if the part lay where parts of the reference lie.</summary>
    public void Lay(LookGrid picture, PartPlace place)
    {
        (double sin, double cos) = Math.SinCos(place.Degrees * Math.PI / 180);
        Warp(picture[0], PictureSample.Rows, PictureSample.Columns, new Pose(cos, sin, place.X, place.Y), _width, _height, _laid);
    }

    /// <summary>Interpolates bilinearly; gives not a number beyond the centres of the outermost cells.</summary>
    private static void Warp(ReadOnlySpan<float> from, int rows, int columns, Pose at, double width, double height, Span<float> into)
    {
        double cell = width / columns, line = height / rows;
        // Along a row both coordinates grow evenly, in cells of the picture.
        float alongX = (float)at.Cos, alongY = (float)(at.Sin * cell / line);
        ref float first = ref MemoryMarshal.GetReference(from);
        for (int row = 0; row < rows; row++)
        {
            double left = 0.5 * cell - width / 2, y = (row + 0.5) * line - height / 2;
            float u = (float)((at.Cos * left - at.Sin * y + at.X + width / 2) / cell - 0.5);
            float v = (float)((at.Sin * left + at.Cos * y + at.Y + height / 2) / line - 0.5);
            Span<float> target = into.Slice(row * columns, columns);
            (int begin, int end) = Within(Within((0, columns), u, alongX, columns), v, alongY, rows);
            target[..begin].Fill(float.NaN);
            target[end..].Fill(float.NaN);
            for (int column = begin; column < end; column++)
            {
                float x = u + column * alongX, z = v + column * alongY;
                // Rounding may lead slightly beyond the outermost cells; what is above -1 becomes 0.
                int cellX = Math.Min((int)x, columns - 2), cellY = Math.Min((int)z, rows - 2);
                float right = x - cellX, below = z - cellY;
                ref float corner = ref Unsafe.Add(ref first, cellY * columns + cellX);
                float upper = corner + right * (Unsafe.Add(ref corner, 1) - corner);
                float lower = Unsafe.Add(ref corner, columns);
                lower += right * (Unsafe.Add(ref corner, columns + 1) - lower);
                target[column] = upper + below * (lower - upper);
            }
        }
    }

    /// <summary>The columns of a range whose coordinate lies within a grid of so many cells.</summary>
    private static (int Begin, int End) Within((int Begin, int End) range, float start, float along, int cells)
    {
        // Allows for a hundredth of a cell, so that rounding does not cost the outermost cells.
        float low = -0.01f - start, high = cells - 0.99f - start;
        if (MathF.Abs(along) < 1e-6f)
            return low <= 0 && high >= 0 ? range : (range.Begin, range.Begin);
        (float from, float to) = along > 0 ? (low / along, high / along) : (high / along, low / along);
        int begin = (int)Math.Clamp(MathF.Ceiling(from), range.Begin, range.End);
        return (begin, (int)Math.Clamp(MathF.Floor(to) + 1, begin, range.End));
    }

    /// <summary>A turn and a shift in pixels.</summary>
    private readonly record struct Pose(double Cos, double Sin, double X, double Y);

    /// <summary>One grid with everything that depends on the look alone.</summary>
    private sealed class Level
    {
        private readonly int _size, _rows, _columns;
        private readonly float[] _look, _weight, _moveX, _moveY, _turn, _laid;
        private readonly double[] _inverse = new double[9];
        private readonly double _cell;

        public Level(LookGrid look, LookGrid spread, int size, int width, int height)
        {
            _size = size;
            (_rows, _columns) = (LookGrid.RowsOf(size), LookGrid.ColumnsOf(size));
            int cells = _rows * _columns;
            _look = look[size].ToArray();
            (_weight, _moveX, _moveY, _turn, _laid) = (
                new float[cells], new float[cells], new float[cells], new float[cells], new float[cells]);
            double line = (double)height / _rows;
            _cell = (double)width / _columns;
            Span<double> hessian = stackalloc double[9];
            for (int row = 0; row < _rows; row++)
            {
                for (int column = 0; column < _columns; column++)
                {
                    int i = row * _columns + column;
                    (int left, int right) = (Math.Max(column - 1, 0), Math.Min(column + 1, _columns - 1));
                    (int above, int below) = (Math.Max(row - 1, 0), Math.Min(row + 1, _rows - 1));
                    double slopeX = (_look[row * _columns + right] - _look[row * _columns + left]) / ((right - left) * _cell);
                    double slopeY = (_look[below * _columns + column] - _look[above * _columns + column]) / ((below - above) * line);
                    double x = (column + 0.5) * _cell - width / 2.0, y = (row + 0.5) * line - height / 2.0;
                    float deviation = spread[size][i] + LeastDeviation;
                    _weight[i] = 1 / (deviation * deviation);
                    (_moveX[i], _moveY[i], _turn[i]) = ((float)slopeX, (float)slopeY, (float)(x * slopeY - y * slopeX));
                    ReadOnlySpan<double> slopes = [slopeX, slopeY, _turn[i]];
                    for (int j = 0; j < 9; j++)
                        hessian[j] += _weight[i] * slopes[j / 3] * slopes[j % 3];
                }
            }
            double shift = 1 / (BelievedShift * width * BelievedShift * width);
            hessian[0] += shift;
            hessian[4] += shift;
            hessian[8] += 1 / (BelievedTurn * BelievedTurn);
            Invert(hessian, _inverse);
        }

        /// <summary>Goes one step nearer; false when the step was too small to go on.</summary>
        public bool Step(LookGrid picture, ref Pose at, double width, double height)
        {
            Warp(picture[_size], _rows, _columns, at, width, height, _laid);
            (float factor, float offset) = Light.Between(_laid, _look, _weight);
            Vector<float> sumX = default, sumY = default, sumTurn = default;
            for (int i = 0; i < _laid.Length; i += Vector<float>.Count)
            {
                Vector<float> difference = (new Vector<float>(_laid, i) - new Vector<float>(offset)) * factor - new Vector<float>(_look, i);
                // A NaN is equal to nothing, not even to itself.
                difference = Vector.BitwiseAnd(difference, Vector.Equals(difference, difference).As<int, float>());
                Vector<float> weighted = difference * new Vector<float>(_weight, i);
                sumX += weighted * new Vector<float>(_moveX, i);
                sumY += weighted * new Vector<float>(_moveY, i);
                sumTurn += weighted * new Vector<float>(_turn, i);
            }
            (double x, double y, double turn) = (Vector.Sum(sumX), Vector.Sum(sumY), Vector.Sum(sumTurn));
            double byX = _inverse[0] * x + _inverse[1] * y + _inverse[2] * turn;
            double byY = _inverse[3] * x + _inverse[4] * y + _inverse[5] * turn;
            double byTurn = _inverse[6] * x + _inverse[7] * y + _inverse[8] * turn;
            // The step is found on the look, and is undone on the picture: at ∘ step⁻¹.
            (double sin, double cos) = Math.SinCos(byTurn);
            double turnedCos = at.Cos * cos + at.Sin * sin, turnedSin = at.Sin * cos - at.Cos * sin;
            at = new Pose(turnedCos, turnedSin, at.X - turnedCos * byX + turnedSin * byY, at.Y - turnedSin * byX - turnedCos * byY);
            return Math.Abs(byX) + Math.Abs(byY) > SmallShift * _cell || Math.Abs(byTurn) > SmallTurn;
        }

        private static void Invert(ReadOnlySpan<double> m, Span<double> into)
        {
            double a = m[4] * m[8] - m[5] * m[7], b = m[5] * m[6] - m[3] * m[8], c = m[3] * m[7] - m[4] * m[6];
            double determinant = m[0] * a + m[1] * b + m[2] * c;
            into[0] = a / determinant;
            into[1] = (m[2] * m[7] - m[1] * m[8]) / determinant;
            into[2] = (m[1] * m[5] - m[2] * m[4]) / determinant;
            into[3] = b / determinant;
            into[4] = (m[0] * m[8] - m[2] * m[6]) / determinant;
            into[5] = (m[2] * m[3] - m[0] * m[5]) / determinant;
            into[6] = c / determinant;
            into[7] = (m[1] * m[6] - m[0] * m[7]) / determinant;
            into[8] = (m[0] * m[4] - m[1] * m[3]) / determinant;
        }
    }
}
