using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Retrying;

namespace EdgeInspector.Delivery.Refused;

/// <summary>
/// How often a message is tried. Each try that the broker answered by ending the connection, or by refusing the message, counts points.
/// </summary>
internal static class Tries
{
    /// <summary>
    /// The message is certainly to blame: the broker said so, or ended only this connection while it carried nothing else.
    /// </summary>
    public const int Certain = 5;

    /// <summary>The message may be to blame, but so may the network, or a broker that ended all connections.</summary>
    public const int Perhaps = 1;

    /// <summary>From so many points on a message is set aside: four certain tries, or twenty that may have had another cause.</summary>
    public const int Enough = 20;

    /// <summary>How many times a message with so many points is to be made smaller.</summary>
    public static int Shrinkings(int points) => points / Certain;

    /// <summary>How long a message with so many points waits for its next try, while other messages go on.</summary>
    public static TimeSpan Pause(int points, MqttOptions options) =>
        BackOff.After(Shrinkings(points), options.FirstPause, options.LongestPause);
}
