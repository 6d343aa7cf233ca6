using System.Net.Sockets;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>Why a camera could not be reached or gives no pictures, as a sentence with what to do about it.</summary>
internal static class NetworkFault
{
    /// <summary>Host and port, as the beginning of a sentence.</summary>
    public static string Where(Uri address) => $"{address.Host}:{StreamAddress.Port(address)}";

    /// <summary>Why no connection was made.</summary>
    public static string Unreachable(Uri address, SocketException fault) => fault.SocketErrorCode switch
    {
        SocketError.ConnectionRefused =>
            $"{Where(address)} refuses the connection. Check the port, and that the camera's stream is switched on.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => UnknownName(address),
        SocketError.TimedOut => NoAnswer(address),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => Closed(address),
        _ => $"{Where(address)} cannot be reached: {fault.Message}. Check the network and that the camera is on.",
    };

    public static string UnknownName(Uri address) =>
        $"The name {address.Host} is not known. Check the address, or write the camera's IP address.";

    public static string NoAnswer(Uri address) =>
        $"{Where(address)} does not answer. Check the network, a firewall between, and that the camera is on.";

    public static string Closed(Uri address) =>
        $"{Where(address)} closed the connection at once when the stream was asked for. "
        + $"Check that the port is the right one for {address.Scheme}://, "
        + "and that no other viewer holds the camera's last place.";

    /// <summary>What the status of an answer means; null for a status that is no refusal.</summary>
    /// <param name="options">The camera.</param>
    /// <param name="address">The camera's address.</param>
    /// <param name="status">The status, in which RTSP and HTTP agree.</param>
    /// <param name="isLoginSent">Whether user name and password had been sent when the camera answered.</param>
    public static string? Refusal(UrlOptions options, Uri address, int status, bool isLoginSent) => status switch
    {
        401 when options.UserName is null =>
            $"{Where(address)} wants a user name and password for {options.ShownAddress}. "
            + "Set Url:UserName and Url:Password or Url:PasswordFile.",
        401 when isLoginSent =>
            $"{Where(address)} refused the user name or password for {options.ShownAddress}. Check Url:UserName and the password.",
        401 => $"{Where(address)} wants a login of a kind that is not understood for {options.ShownAddress}; Basic and Digest are. "
            + "Set one of them at the camera.",
        403 when options.UserName is null =>
            $"{Where(address)} does not show {options.ShownAddress} without a login, or not to this machine (status 403). "
            + "Set Url:UserName and Url:Password or Url:PasswordFile, and check the camera's list of allowed addresses.",
        403 => $"{Where(address)} does not allow this user to see {options.ShownAddress} (status 403). "
            + "Give the user the right to view live pictures at the camera, and check the camera's list of allowed addresses.",
        404 or 410 => $"{Where(address)} knows no stream {options.ShownAddress}. Check the path; the camera's manual names it.",
        453 or 503 => $"{Where(address)} has no place for another viewer of {options.ShownAddress} (status {status}). "
            + "Close other viewers, or use another stream of the camera.",
        461 => $"{Where(address)} does not send {options.ShownAddress} in this way (status 461). Try the other Url:Transport.",
        >= 500 => $"{Where(address)} failed when it was asked for {options.ShownAddress} (status {status}). "
            + "Switch the camera off and on; if it stays so, check the path.",
        >= 300 => $"{Where(address)} refuses the stream {options.ShownAddress} (status {status}).",
        _ => null,
    };

    /// <summary>What it means that a camera describes a stream, but refuses one of ffmpeg's requests for that stream.</summary>
    /// <param name="options">The camera.</param>
    /// <param name="address">The camera's address.</param>
    /// <param name="method">The RTSP request that was refused; empty where that is not known.</param>
    /// <param name="status">The status of the answer, 400 to 599.</param>
    /// <param name="isLoginTaken">Whether the camera gave the description to user name and password.</param>
    public static string? LaterRefusal(UrlOptions options, Uri address, string method, int status, bool isLoginTaken) =>
        (method, status) switch
        {
            ("OPTIONS" or "DESCRIBE", 401) when isLoginTaken =>
                $"{Where(address)} takes user name and password for {options.ShownAddress}, but not in the way that ffmpeg sends them. "
                + "Set the camera's login to Digest with MD5, or to Basic.",
            (_, 401) when isLoginTaken =>
                $"{Where(address)} takes user name and password for the description of {options.ShownAddress}, but not for its pictures "
                + $"({method}, status 401). "
                + "Give the user the right to view live pictures at the camera; if the user has it, switch the camera off and on.",
            ("SETUP" or "PLAY", 404 or 410) =>
                $"{Where(address)} describes the stream {options.ShownAddress}, but does not find its pictures "
                + $"({method}, status {status}). "
                + "Check the path, also a slash at its end; the camera's manual names it.",
            ("SETUP" or "PLAY" or "", not (401 or 403 or 404 or 410 or 453 or 461 or >= 500)) =>
                $"{Where(address)} describes the stream {options.ShownAddress}, but refuses to send it (status {status}). "
                + "Try the other Url:Transport, then close other viewers; the camera's own log may say more.",
            _ => Refusal(options, address, status, isLoginSent: true),
        };

    /// <summary>The camera calls each login outdated.</summary>
    public static string Stale(UrlOptions options, Uri address) =>
        $"{Where(address)} calls the login for {options.ShownAddress} outdated (stale nonce), "
        + "which says nothing against user name and password. "
        + "Switch the camera off and on, and bring its firmware up to date; if it stays so, set its login to Basic.";

    /// <summary>
    /// An RTSP camera redirects to another address, from which ffmpeg got no picture; the agent itself asks nothing there.
    /// </summary>
    /// <param name="options">The camera.</param>
    /// <param name="address">The camera's address.</param>
    /// <param name="to">The address to which the camera redirects, as the camera wrote it; null where the camera named none.</param>
    public static string SentOnInVain(UrlOptions options, Uri address, string? to) =>
        $"{Where(address)} sends on from {options.ShownAddress} to \"{Shown(to)}\", and no picture came from there. "
        + "Set Url:Address to that address if you trust it; doctor then says what it lacks.";

    private static string Shown(string? to) => PrintableText.Of(AddressSecrets.Hide(to ?? "nowhere"), 300);

    /// <summary>A camera over HTTP redirects to another address; redirects are not followed.</summary>
    public static string SentOn(UrlOptions options, Uri address, Uri? to) =>
        $"{Where(address)} sends on from {options.ShownAddress} to "
        + $"\"{Shown(to?.ToString())}\", and the agent follows no camera elsewhere. "
        + "Set Url:Address to that address if you trust it.";
}
