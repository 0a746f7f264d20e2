package software.amazon.awssdk.regions;

public final class Region {
    public static final Region US_EAST_1 = null;
}
